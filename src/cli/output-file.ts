import { randomUUID } from 'node:crypto'
import { access, constants, lstat, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'

/** Fails before any work is done for a file that could not be written afterwards. @throws CodexError `output.unwritable` */
export async function assertWritable(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined)
  if (found?.isDirectory()) throw unwritable(file, 'it is a directory')
  await access(found ? file : dirname(resolve(file)), constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    const missing = found ? 'it leads nowhere' : 'its directory does not exist'
    throw unwritable(file, cause.code === 'ENOENT' ? missing : (cause.code ?? cause.message), cause)
  })
}

/** Writes a file that appears whole or not at all; a link, a pipe or a device is written through. @throws CodexError `output.unwritable` */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined)
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    if (found && !found.isFile()) return await writeFile(file, text)
    await writeFile(draft, text, { flag: 'wx', ...(found && { mode: found.mode & 0o777 }) })
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw unwritable(file, cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause), cause)
  }
}

function unwritable(file: string, why: string, cause?: unknown): CodexError {
  return new CodexError('output.unwritable', `${file} cannot be written: ${why}`, {
    hint: 'Name a file in a directory that exists and that you may write to.',
    cause,
  })
}
