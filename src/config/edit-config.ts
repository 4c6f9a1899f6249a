import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { JsonValue } from '../plugin-api/json-value.ts'
import { readTextFile } from './read-text.ts'
import { setTomlValue } from './set-toml-value.ts'

/** Sets one key of the user's configuration, or removes it with `null`. @throws as `editConfig` */
export async function setConfigValue(codexHome: string, path: readonly string[], value: JsonValue): Promise<string> {
  return editConfig(codexHome, async (text) => setTomlValue(text, path, value))
}

/**
 * Rewrites `$CODEX_HOME/kernel.toml` where that exists, else config.toml, and gives the file's path. The file appears whole or not at all, keeps its mode,
 * and stays a link where it is one. @throws CodexError `home.unwritable`, `config.unreadable`; what `edit` throws
 */
export async function editConfig(
  codexHome: string,
  edit: (text: string, file: string) => Promise<string>,
): Promise<string> {
  const kernelFile = join(codexHome, 'kernel.toml')
  const file = (await isThere(kernelFile)) ? kernelFile : join(codexHome, 'config.toml')
  const before = await textOrEmpty(file)
  const after = await edit(before, file)
  if (after !== before) await writeWhole(file, after)
  return file
}

async function textOrEmpty(file: string): Promise<string> {
  try {
    return await readTextFile(file)
  } catch (error) {
    // ENOTDIR: the home is a file; writing says so.
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) return ''
    if (isCodexError(error)) throw error
    throw new CodexError('config.unreadable', 'The file cannot be read', { cause: error, location: { file } })
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const target = await realpath(file).catch(() => file)
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    )
    const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
    try {
      const handle = await open(draft, 'wx', mode)
      try {
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
    throw new CodexError('home.unwritable', `${file} cannot be written`, {
      cause,
      hint: 'Make the directory writable, or name another with CODEX_HOME.',
    })
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
