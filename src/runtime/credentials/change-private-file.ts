import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceWhole, withLockedFile } from '../../config/locked-file.ts'
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
    await withLockedFile(file, async (target) => {
      const text = await change()
      if (text !== undefined) return void (await replaceWhole(target, { text, mode: 0o600 }))
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
