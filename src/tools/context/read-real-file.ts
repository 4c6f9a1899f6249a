import { closeSync, fstatSync, readFile, readFileSync } from 'node:fs'
import { fileError } from '../../sandbox/files/file-error.ts'
import { openRealFile } from '../../sandbox/files/pinned-directory.ts'

/** Larger files, and those that do not say how large they are (`/proc`), are read beside other work. */
const maxSyncBytes = 256 * 1024

/**
 * The bytes of a regular file at a real path. @throws the `node:fs` error; `EISDIR` for a directory, `EINVAL` for a pipe
 * or device; the abort reason
 */
export async function readRealFile(realPath: string, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted()
  const descriptor = openRealFile(realPath)
  try {
    const found = fstatSync(descriptor)
    if (found.isDirectory()) throw fileError('EISDIR', 'illegal operation on a directory', realPath)
    if (!found.isFile()) throw fileError('EINVAL', 'not a regular file', realPath)
    if (found.size > 0 && found.size <= maxSyncBytes) return readFileSync(descriptor)
    return await readBeside(descriptor, signal)
  } finally {
    closeSync(descriptor)
  }
}

function readBeside(descriptor: number, signal: AbortSignal): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  readFile(descriptor, { signal }, (error, bytes) =>
    error ? reject(signal.aborted ? signal.reason : error) : resolve(bytes),
  )
  return promise
}
