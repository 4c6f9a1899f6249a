import { openRealFile } from './pinned-directory.ts'

/**
 * The bytes of a regular file at a real path. @throws the `node:fs` error; `EISDIR` for a directory, `EINVAL` for a pipe
 * or device; the abort reason
 */
export async function readRealFile(realPath: string, signal: AbortSignal): Promise<Uint8Array> {
  const handle = await openRealFile(realPath)
  try {
    const found = await handle.stat()
    if (found.isDirectory()) throw fileError('EISDIR', 'illegal operation on a directory', realPath)
    if (!found.isFile()) throw fileError('EINVAL', 'not a regular file', realPath)
    return await handle.readFile({ signal })
  } finally {
    await handle.close()
  }
}

/** An error as `node:fs` gives it. */
export function fileError(code: string, problem: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${problem}, '${path}'`), { code, path })
}
