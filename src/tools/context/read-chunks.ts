import { closeSync, fstatSync, read } from 'node:fs'
import type { ByteRange } from '../../plugin-api/index.ts'
import { fileError } from '../../sandbox/files/file-error.ts'
import { openRealFile } from '../../sandbox/files/pinned-directory.ts'
import type { ActionScope } from './gated-action.ts'

const chunkBytes = 256 * 1024

/**
 * The bytes of a regular file, piece by piece, under one decision. Each piece is the reader's to keep.
 *
 * @throws CodexError `permission.denied`; the `node:fs` error; `EISDIR` for a directory, `EINVAL` for a pipe or device; the abort reason
 */
export async function* readChunks(
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: ByteRange,
  actions: ActionScope,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const allowed = await actions.authorize({ kind: 'read', path })
  let position = start
  let failure: unknown
  try {
    const descriptor = openRealFile(allowed.action.path)
    try {
      const found = fstatSync(descriptor)
      if (found.isDirectory()) throw fileError('EISDIR', 'illegal operation on a directory', path)
      if (!found.isFile()) throw fileError('EINVAL', 'not a regular file', path)
      while (position < end) {
        signal.throwIfAborted()
        const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, end - position))
        const bytesRead = await readInto(buffer, descriptor, position)
        if (bytesRead === 0) break
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    failure = error
    throw error
  } finally {
    await (failure === undefined ? allowed.done({ detail: `${position - start} bytes` }) : allowed.failed(failure))
  }
}

/** As `read` of node:fs/promises does, for a descriptor. */
function readInto(buffer: Buffer, descriptor: number, position: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  read(descriptor, buffer, 0, buffer.length, position, (error, count) => (error ? reject(error) : resolve(count)))
  return promise
}
