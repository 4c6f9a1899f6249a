import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'

/**
 * Writes a file that its owner alone may read (mode 0600, whatever it was before): whole or not at all, beside its place and then
 * renamed. A link stays a link. @throws CodexError `credential.store`
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const target = await realpath(file).catch(() => file)
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
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? `: ${String(cause.code)}` : ''
    throw new CodexError('credential.store', `${file} cannot be written${code}`, {
      hint: 'Nothing was changed. Make the directory writable, or name another with CODEX_HOME.',
      location: { file },
      cause,
    })
  }
}
