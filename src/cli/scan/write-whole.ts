import { randomUUID } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'

/**
 * Writes a file that a person named: aside, then in its place, so that nobody reads half of it. What is there and is no file
 * (`/dev/stdout`, a pipe) is written to as it is.
 *
 * @throws CodexError `usage.arguments` where it cannot be written
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`)
  try {
    const found = await stat(file).catch(() => undefined)
    if (found && !found.isFile() && !found.isDirectory()) return await writeFile(file, text)
    await writeFile(draft, text, { flag: 'wx', ...(found && { mode: found.mode }) })
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new CodexError('usage.arguments', `${file} cannot be written${reason}`, {
      hint: 'Name a file in a folder that exists and that you may write.',
      cause,
    })
  }
}
