import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { access, constants, lstat, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'

/** Where a text for a name that a person gave goes. */
type Target =
  /** An open file of this process, such as behind `/dev/stdout`. */
  | { readonly kind: 'descriptor'; readonly number: number }
  /** A device, a pipe, a socket: it is written to, never replaced. */
  | { readonly kind: 'special'; readonly path: string }
  | { readonly kind: 'directory' }
  /** A file that is there or will be; `path` goes through no link. */
  | { readonly kind: 'file'; readonly path: string; readonly mode?: number }

/** Fails before any work is done for a file that could not be written afterwards. @throws CodexError `output.unwritable` */
export async function assertWritable(file: string): Promise<void> {
  const target = await targetOf(file)
  if (target.kind === 'directory') throw unwritable(file, 'it is a directory')
  if (target.kind === 'descriptor') return
  const needed = target.kind === 'special' || target.mode !== undefined ? [target.path] : [dirname(target.path)]
  for (const path of needed) {
    await access(path, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
      throw unwritable(file, reasonOf(cause), cause)
    })
  }
}

/**
 * The same for a file that is to be new: a file that is there is kept, unless `overwrite` says that it may go. What can be written to
 * without a loss, such as a pipe, is no such file.
 *
 * @throws CodexError `usage.arguments`, `output.unwritable`
 */
export async function assertNewOutput(file: string, overwrite: boolean): Promise<void> {
  const target = await targetOf(file)
  if (target.kind === 'file' && target.mode !== undefined && !overwrite) {
    throw new CodexError('usage.arguments', `${file} exists already`, { hint: 'Name another file, or add --force.' })
  }
  await assertWritable(file)
}

/**
 * Writes a file that appears whole or not at all: aside, then in its place. A link stays, and the file that it leads to is written;
 * a pipe or a device is written to as it is, and `/dev/stdout` is what this process writes to.
 *
 * @throws CodexError `output.unwritable`
 */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  const target = await targetOf(file)
  if (target.kind === 'directory') throw unwritable(file, 'it is a directory')
  try {
    if (target.kind === 'descriptor') await writeDescriptor(target.number, text)
    else if (target.kind === 'special') await writeFile(target.path, text)
    else await replaceFile(target, text)
  } catch (cause) {
    throw unwritable(file, reasonOf(cause), cause)
  }
}

async function replaceFile({ path, mode }: Extract<Target, { kind: 'file' }>, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    await writeFile(draft, text, { flag: 'wx', ...(mode !== undefined && { mode }) })
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw cause
  }
}

/** What is open already goes on where it is: to open it again would begin a file anew. */
async function writeDescriptor(number: number, text: string): Promise<void> {
  const stream = number === 1 ? process.stdout : number === 2 ? process.stderr : undefined
  if (stream) {
    await new Promise<void>((done, fail) => stream.write(text, (error) => (error ? fail(error) : done())))
    return
  }
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(number, bytes, at)
}

/** As many as Linux follows (path_resolution(7)). */
const maxLinks = 40

/** Follows links one at a time: what lies behind the last one need not be there yet. @throws CodexError `output.unwritable` */
async function targetOf(file: string): Promise<Target> {
  if (file === '') throw unwritable('The file', 'its name is empty')
  let path = resolve(file)
  for (let count = 0; count <= maxLinks; count += 1) {
    const dir = await realpath(dirname(path)).catch((cause: unknown) => {
      throw unwritable(file, reasonOf(cause), cause)
    })
    path = join(dir, basename(path))
    const number = openFile(path)
    if (number !== undefined) return { kind: 'descriptor', number }
    const found = await lstat(path).catch(() => undefined)
    if (!found) return { kind: 'file', path }
    if (found.isDirectory()) return { kind: 'directory' }
    if (found.isFile()) return { kind: 'file', path, mode: found.mode & 0o777 }
    if (!found.isSymbolicLink()) return { kind: 'special', path }
    // The links of another process's open files have texts that name nothing.
    if (/^\/proc\/\d+\/fd\//.test(path))
      return (await stat(path)).isDirectory() ? { kind: 'directory' } : { kind: 'special', path }
    path = resolve(dir, await readlink(path))
  }
  throw unwritable(file, 'its links lead in a circle')
}

/** The number of an open file of this process; Linux names them in /proc, others in /dev/fd. */
function openFile(path: string): number | undefined {
  const [, owner, number] = /^\/(?:dev|proc\/(\d+))\/fd\/(\d+)$/.exec(path) ?? []
  return number === undefined || (owner !== undefined && Number(owner) !== process.pid) ? undefined : Number(number)
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return code === 'ENOENT' ? 'its directory does not exist' : code
}

function unwritable(file: string, why: string, cause?: unknown): CodexError {
  return new CodexError('output.unwritable', `${file} cannot be written: ${why}`, {
    hint: 'Name a file in a directory that exists and that you may write to.',
    cause,
  })
}
