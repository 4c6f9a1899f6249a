import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Diagnostic } from '../plugin-api/index.ts'

/** Larger files are refused: no definition is that long, and a template is a prompt. */
export const maxFileBytes = 1024 * 1024

export type FileContent = { readonly bytes: Uint8Array } | { readonly problem: Diagnostic }

/**
 * The bytes of a definition file, or why it is not read. A pipe or device is told and not waited for, and of a file that grows
 * while it is read no more than the limit is taken.
 *
 * Synchronous on purpose: 1,200 small files take 6 ms this way and 60 ms through the thread pool.
 */
export function readDefinitionFile(file: string): FileContent {
  try {
    const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = fstatSync(handle)
      if (!stats.isFile()) return { problem: unusable(file, 'This is not a regular file') }
      if (stats.size > maxFileBytes) return { problem: tooLarge(file, stats.size) }
      const buffer = Buffer.allocUnsafe(stats.size + 1)
      let length = 0
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(handle, buffer, length, buffer.length - length, null)
      }
      // One byte more than there were: it is being written to, and half of it means nothing.
      if (length > stats.size) return { problem: unusable(file, 'The file grew while it was read', 'Try again.') }
      return { bytes: buffer.subarray(0, length) }
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    return { problem: unreadable(file, 'file', error) }
  }
}

/** The diagnostic for a file or directory that the operating system does not hand out. */
export function unreadable(path: string, what: 'file' | 'directory', error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error)
  return unusable(path, `The ${what} cannot be read: ${reason}`)
}

function tooLarge(file: string, sizeBytes: number): Diagnostic {
  return unusable(
    file,
    `The file has ${sizeBytes} bytes; at most ${maxFileBytes} are read`,
    'Keep what is long in a file of its own: a command reads it with file_content, an agent with its tools.',
  )
}

function unusable(file: string, message: string, hint?: string): Diagnostic {
  return {
    severity: 'error',
    code: 'definition.unreadable',
    message,
    file,
    ...(hint === undefined ? {} : { hint }),
  }
}
