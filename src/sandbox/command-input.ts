import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeMemoryDirectory } from './memory-directory.ts'

/**
 * A descriptor from which a command reads `text`: a removed file, since Node's `pipe` is a socket, on which
 * `cat /dev/stdin` fails. The caller closes it.
 */
export function openCommandInput(text: string): number {
  const directory = makeMemoryDirectory()
  try {
    const file = join(directory, 'input')
    writeFileSync(file, text)
    return openSync(file, 'r')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Closes descriptors that may be none. */
export function closeAll(descriptors: readonly (number | undefined)[]): void {
  for (const descriptor of descriptors) if (descriptor !== undefined) closeSync(descriptor)
}
