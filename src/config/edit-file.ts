import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import { readConfigText } from './file-layer.ts'
import { replaceWhole, withLockedFile } from './locked-file.ts'

const maxTries = 5

/** The text of a file before and after an edit. */
export interface FileEdit {
  readonly before: string
  readonly after: string
}

/**
 * Rewrites a text file; one that is not there counts as empty. It appears whole or not at all, keeps its mode and its byte order mark, and stays a link where
 * it is one. A new file is its owner's alone, unless it is not private. Of several processes that edit at the same time each sees what the one before wrote. Where `edit` changes nothing, nothing is written.
 * @throws CodexError `home.unwritable`, `config.unreadable`; what `edit` throws
 */
export async function editFile(
  file: string,
  edit: (text: string, file: string) => string | Promise<string>,
  isPrivate = true,
): Promise<FileEdit> {
  const text = (await readConfigText(file)) ?? ''
  const tried = { before: text, after: await edit(text, file) }
  if (tried.after === tried.before) return tried
  try {
    await mkdir(dirname(file), { recursive: true, ...(isPrivate && { mode: 0o700 }) })
    return await withLockedFile(file, async (target) => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const before = (await readConfigText(file)) ?? ''
        const after = await edit(before, file)
        const isUnchanged = async () => ((await readConfigText(file)) ?? '') === before
        if (after === before || (await writeWhole(target, after, { isPrivate, isUnchanged }))) return { before, after }
      }
      throw new CodexError('home.unwritable', `${file} goes on changing while it is edited`, {
        hint: 'Close the editor that writes it, and try again.',
        location: { file },
      })
    })
  } catch (cause) {
    if (isCodexError(cause)) throw cause
    throw unwritable(file, cause)
  }
}

/** False, and nothing written, where somebody who takes no lock, such as an editor, has changed the file meanwhile. */
async function writeWhole(
  target: string,
  text: string,
  { isPrivate, isUnchanged }: { readonly isPrivate: boolean; isUnchanged(): Promise<boolean> },
): Promise<boolean> {
  const { mode = isPrivate ? 0o600 : 0o644, mark } = await stateOf(target)
  return await replaceWhole(target, { text: mark + text, mode }, isUnchanged)
}

/** What of a file is kept beside its text. */
async function stateOf(target: string): Promise<{ readonly mode?: number; readonly mark: string }> {
  const found = await stat(target).catch(() => undefined)
  if (!found) return { mark: '' }
  const handle = await open(target)
  try {
    const { buffer } = await handle.read(Buffer.alloc(3), 0, 3, 0)
    return { mode: found.mode & 0o777, mark: buffer.equals(Buffer.from('\uFEFF')) ? '\uFEFF' : '' }
  } finally {
    await handle.close()
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission',
  EPERM: 'no permission',
}

function unwritable(file: string, cause: unknown): CodexError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  const reason = code === undefined ? '' : `: ${reasons[code] ?? code}`
  return new CodexError('home.unwritable', `${file} cannot be written${reason}`, {
    cause,
    hint: 'Nothing was changed. Make room and the directory writable, or name another with CODEX_HOME.',
    location: { file },
  })
}
