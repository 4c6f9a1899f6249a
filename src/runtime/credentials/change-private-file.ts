import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { withLock } from '../../config/with-lock.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'

/**
 * Writes a file that its owner alone may read (mode 0600, whatever it was before), or removes it: whole or not at all, beside its place
 * and then renamed. A link stays a link; where the file is removed, what it leads to is removed too. Of several processes
 * each sees what the one before wrote.
 *
 * @param change reads what is there, and gives the new text; undefined removes the file
 * @throws CodexError `credential.store`; what `change` throws as CodexError
 */
export async function changePrivateFile(file: string, change: () => Promise<string | undefined>): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const target = await realpath(file).catch(() => file)
    await withLock(join(dirname(target), `.${basename(target)}.lock`), async () => {
      const text = await change()
      if (text !== undefined) return await writeWhole(target, text)
      for (const each of new Set([target, file])) await rm(each, { force: true })
    })
  } catch (cause) {
    if (isCodexError(cause)) throw cause
    const code = cause instanceof Error && 'code' in cause ? `: ${String(cause.code)}` : ''
    throw new CodexError('credential.store', `${file} cannot be written${code}`, {
      hint: 'Nothing was changed. Make the directory writable, or name another with CODEX_HOME.',
      location: { file },
      cause,
    })
  }
}

async function writeWhole(target: string, text: string): Promise<void> {
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.chmod(0o600) // whatever the umask
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, target)
  } finally {
    await rm(draft, { force: true })
  }
}
