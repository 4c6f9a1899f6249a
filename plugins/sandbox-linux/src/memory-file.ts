import { randomUUID } from 'node:crypto'
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Opens a file that has no name any more and holds `content`; its position is at the start. The caller closes it. */
export function openMemoryFile(directory: string, content: Uint8Array): number {
  const file = join(directory, randomUUID())
  const fd = openSync(file, 'wx+', 0o600)
  try {
    unlinkSync(file)
    for (let done = 0; done < content.length; ) done += writeSync(fd, content, done, content.length - done, done)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
