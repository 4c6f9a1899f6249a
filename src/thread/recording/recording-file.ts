import { randomUUID } from 'node:crypto'
import { appendFileSync, ftruncateSync } from 'node:fs'
import { type FileHandle, lstat, open, realpath, rename, rm } from 'node:fs/promises'
import { CodexError } from '../../plugin-api/index.ts'
import type { RecordingLine } from './recording-lines.ts'

/** An open recording, written line by line. */
export interface RecordingFile {
  /** Writes a line; it is with the operating system then. After a line that could not be written no other is. @throws CodexError `recording.unwritable` */
  write(line: RecordingLine): void
  /** Hands the file to the disk. May be called again. */
  close(): Promise<void>
}

export interface RecordingFileOptions {
  /** What takes the place of a file that is there already, once the first line is written. Default false: it is an error. */
  readonly overwrite: boolean
  /** The first line. */
  readonly header: RecordingLine
  /** Takes out what may not be in the file. */
  clean(line: RecordingLine): unknown
}

/**
 * Opens a recording, readable by the owner alone, and writes its first line.
 *
 * @param file absolute path
 * @throws CodexError `recording.unwritable`
 */
export async function openRecordingFile(file: string, options: RecordingFileOptions): Promise<RecordingFile> {
  const opened = await openNew(file, options)
  const { handle, isRegular } = opened
  let { sizeBytes } = opened
  let broken: CodexError | undefined
  let isClosed = false
  const write = (line: RecordingLine) => {
    if (broken) throw broken
    const text = `${JSON.stringify(options.clean(line))}\n`
    try {
      appendFileSync(handle.fd, text)
      sizeBytes += Buffer.byteLength(text)
    } catch (cause) {
      broken = unwritable(file, reasonOf(cause), cause)
      if (isRegular) cutBack(handle, sizeBytes)
      throw broken
    }
  }
  return {
    write,
    async close() {
      if (isClosed) return
      isClosed = true
      try {
        if (isRegular && !broken) await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

async function openNew(named: string, { overwrite, header, clean }: RecordingFileOptions) {
  const file = overwrite ? await realpath(named).catch(() => named) : named
  const found = await lstat(file).catch(() => undefined)
  if (found?.isDirectory()) throw unwritable(named, 'it is a directory')
  if (found && !overwrite) throw alreadyThere(named)
  const isRegular = !found || found.isFile()
  // What is there stays until the first line of the new one is written; a device or a pipe is written through.
  const draft = found?.isFile() ? `${file}.${randomUUID()}.part` : file
  const first = `${JSON.stringify(clean(header))}\n`
  let handle: FileHandle | undefined
  try {
    handle = await open(draft, isRegular ? 'wx' : 'w', 0o600)
    await handle.appendFile(first)
    if (draft !== file) await rename(draft, file)
    return { handle, isRegular, sizeBytes: Buffer.byteLength(first) }
  } catch (cause) {
    await handle?.close().catch(() => undefined)
    if (handle && isRegular) await rm(draft, { force: true }).catch(() => undefined)
    throw unwritable(named, reasonOf(cause), cause)
  }
}

/** Half a line is worse than none. */
function cutBack(handle: FileHandle, sizeBytes: number): void {
  try {
    ftruncateSync(handle.fd, sizeBytes)
  } catch {
    // What reads recordings tolerates half a last line.
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (!('code' in cause)) return cause.message
  return cause.code === 'ENOENT' ? 'its directory does not exist' : String(cause.code)
}

function unwritable(file: string, why: string, cause?: unknown): CodexError {
  return new CodexError('recording.unwritable', `The recording ${file} cannot be written: ${why}`, {
    hint: 'Name a file in a directory that exists, that you may write to and that has room; or leave --record out.',
    location: { file },
    cause,
  })
}

function alreadyThere(file: string): CodexError {
  return new CodexError('recording.exists', `The recording ${file} exists already`, {
    hint: 'Name another file, or write it anew with --force.',
    location: { file },
  })
}
