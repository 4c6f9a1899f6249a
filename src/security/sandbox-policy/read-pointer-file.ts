import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** Git takes no `.git` file that is longer than 1 MiB (setup.c, read_gitfile_gently); a path has 4 KiB at most. */
const maxBytes = 64 * 1024

/**
 * The text of a small file that says where something lies, such as a `.git` file or `commondir`. Undefined for what is missing, a pipe, a
 * device or too long: a repository of strangers must not make anybody wait, or fill the memory.
 */
export function readPointerFile(file: string): string | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return undefined // not there, or not for us; then not for a command either
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile() || stat.size > maxBytes) return undefined
    const bytes = Buffer.alloc(stat.size)
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, stat.size, 0))
  } finally {
    closeSync(descriptor)
  }
}
