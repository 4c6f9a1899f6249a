import { lstat, readFile, readlink } from 'node:fs/promises'
import type { FileState } from './plan-undo.ts'

/** A file as git would record it; undefined where nothing is there, or what git does not record. @throws the `node:fs` error */
export async function readFileState(file: string): Promise<FileState | undefined> {
  const facts = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (facts?.isSymbolicLink()) return { mode: '120000', bytes: Buffer.from(await readlink(file)) }
  if (!facts?.isFile()) return undefined
  return { mode: facts.mode & 0o100 ? '100755' : '100644', bytes: await readFile(file) }
}
