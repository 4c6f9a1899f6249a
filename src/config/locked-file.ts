import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { withLock } from './with-lock.ts'

/**
 * Runs `work` on the file that `file` leads to, while no other process does. Draft and lock stand beside that file, which may be elsewhere
 * than the link to it.
 *
 * @throws as `withLock`
 */
export async function withLockedFile<T>(file: string, work: (target: string) => Promise<T>): Promise<T> {
  const target = await realpath(file).catch(() => file)
  return await withLock(join(dirname(target), `.${basename(target)}.lock`), () => work(target))
}

/**
 * Puts a text in place of a file, which appears whole or not at all.
 *
 * @param mode permission bits, whatever the umask
 * @param mayReplace asked when all is written; where it says no, nothing is changed and false is given
 * @throws errors of `node:fs`
 */
export async function replaceWhole(
  target: string,
  { text, mode }: { readonly text: string; readonly mode: number },
  mayReplace: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
  try {
    const handle = await open(draft, 'wx', mode)
    try {
      await handle.chmod(mode)
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (!(await mayReplace())) return false
    await rename(draft, target)
    return true
  } finally {
    await rm(draft, { force: true })
  }
}
