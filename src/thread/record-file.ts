import { closeSync, fstatSync, fsync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import { parseRolloutLine } from './rollout-lines.ts'
import type { RecordWriter } from './thread-store.ts'

const chunkBytes = 64 * 1024

/**
 * Opens a file of lines for appending; a torn last line, as a crash leaves it, is cut off first. Synchronous inside: handing a line
 * to another thread takes longer than writing it.
 *
 * @param file absolute path; made with its folders if missing, readable by the owner alone
 * @param failure what is thrown where it cannot be written. Absent: `rollout.unwritable`
 */
export function openRecordFile(file: string, failure: typeof unwritable = unwritable): RecordWriter {
  const { descriptor, end } = openRepaired(file, failure)
  let size = end
  return {
    file,
    write(text) {
      const bytes = Buffer.from(text)
      let written = 0
      try {
        while (written < bytes.length) written += writeSync(descriptor, bytes, written)
        size += written
      } catch (cause) {
        // A full disk takes a part of a line: what was not written whole was not written.
        if (written > 0) cutAt(descriptor, size)
        throw failure(file, cause)
      }
    },
    async sync() {
      await new Promise<void>((resolve, reject) => {
        fsync(descriptor, (cause) => (cause ? reject(failure(file, cause)) : resolve()))
      })
    },
    async close() {
      closeSync(descriptor)
    },
  }
}

/** The record of `file`, whose thread runs, cannot be written, and why. */
export function unwritable(file: string, cause: unknown): CodexError {
  return unchangeable('rollout', file, cause, {
    full: 'Free space on the disk of CODEX_HOME, then resume the thread; what was shown is kept.',
    refused: 'Make CODEX_HOME writable, or run with --ephemeral to keep no rollout.',
  })
}

/**
 * A file of the thread store cannot be changed, and why.
 *
 * @param what the file is
 * @param hints what to do on a full disk, and where the file may not be written
 */
export function unchangeable(
  what: string,
  file: string,
  cause: unknown,
  hints = { full: 'Free space on the disk of CODEX_HOME, then try it again.', refused: 'Make CODEX_HOME writable.' },
): CodexError {
  const isFull = cause instanceof Error && 'code' in cause && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(cause.code))
  return new CodexError('rollout.unwritable', `The ${what} ${file} cannot be written: ${reasonOf(cause)}`, {
    hint: isFull ? hints.full : hints.refused,
    location: { file },
    cause,
  })
}

/** Node's words without the call and the path, which is said already. */
function reasonOf(cause: unknown): string {
  const why = cause instanceof Error ? cause.message : String(cause)
  return why.replace(/, \w+ '.*'$/s, '')
}

function openRepaired(file: string, failure: typeof unwritable): { readonly descriptor: number; readonly end: number } {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const descriptor = openSync(file, 'a+', 0o600)
    try {
      return { descriptor, end: repaired(descriptor, fstatSync(descriptor).size) }
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  } catch (cause) {
    throw failure(file, cause)
  }
}

/** Cuts a torn last line off; one that only lacks its newline, as an editor may leave it, gets that. Gives the size. */
function repaired(descriptor: number, size: number): number {
  const end = endOfLines(descriptor, size)
  if (end === size) return size
  const rest = Buffer.allocUnsafe(size - end)
  readSync(descriptor, rest, 0, rest.length, end)
  if (parseRolloutLine(rest)) return size + writeSync(descriptor, '\n')
  ftruncateSync(descriptor, end)
  return end
}

/** Where the last whole line ends. */
function endOfLines(descriptor: number, size: number): number {
  const buffer = Buffer.allocUnsafe(Math.min(size, chunkBytes))
  for (let position = size; position > 0; ) {
    const start = Math.max(0, position - buffer.length)
    readSync(descriptor, buffer, 0, position - start, start)
    const found = buffer.subarray(0, position - start).lastIndexOf(0x0a)
    if (found !== -1) return start + found + 1
    position = start
  }
  return 0
}

/** The disk is full, and may be broken: what cannot be cut off is cut off when the thread is resumed. */
function cutAt(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size)
  } catch {
    // The error that led here is told.
  }
}
