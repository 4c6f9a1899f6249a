import { lstat, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileState } from './plan-undo.ts'

/**
 * A file as git would record it; undefined where nothing is there, what git does not record, or what only a link leads to.
 *
 * @param root absolute, real path
 * @param path relative to it, with `/`
 * @throws the `node:fs` error
 */
export async function readFileState(root: string, path: string): Promise<FileState | undefined> {
  let file = root
  for (const name of path.split('/')) {
    // Git follows no link on its way to a file.
    if (file !== root && !(await factsOf(file))?.isDirectory()) return undefined
    file = join(file, name)
  }
  const facts = await factsOf(file)
  if (facts?.isSymbolicLink()) return { mode: '120000', bytes: await readlink(file, { encoding: 'buffer' }) }
  if (!facts?.isFile()) return undefined
  return { mode: facts.mode & 0o100 ? '100755' : '100644', bytes: await readFile(file) }
}

async function factsOf(file: string) {
  return await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
}
