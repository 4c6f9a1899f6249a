import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { CodexError } from '../../plugin-api/index.ts'
import { unchangeable } from '../record-file.ts'
import type { KeptRecord } from '../thread-store.ts'
import { unpacked } from './read-record-lines.ts'
import { archiveDirectory } from './rollout-files.ts'
import { holdThread } from './thread-lock.ts'

/** Puts a thread's record away, compressed: written aside, renamed, and only then taken from its place. @throws CodexError `thread.busy`, `rollout.unwritable` */
export async function packRecord(thread: KeptRecord, codexHome: string, signal: AbortSignal): Promise<void> {
  await held(thread, codexHome, async () => {
    const bytes = await promisify(zstdCompress)(await readFile(thread.file, { signal }))
    const target = join(archiveDirectory(codexHome), `${basename(thread.file)}.zst`)
    await moveAs(thread.file, target, bytes)
  })
}

/** Takes it out again, to where it was. @throws CodexError `thread.busy`, `rollout.unreadable`, `rollout.unwritable` */
export async function unpackRecord(thread: KeptRecord, codexHome: string, signal: AbortSignal): Promise<void> {
  await held(thread, codexHome, async () => {
    const bytes = thread.file.endsWith('.zst') ? unpacked(thread.file) : await readFile(thread.file, { signal })
    const name = basename(thread.file).replace(/\.zst$/, '')
    const [, year = '', month = '', day = ''] = /^rollout-(\d{4})-(\d\d)-(\d\d)/.exec(name) ?? []
    if (day === '') throw unreadable(thread.file)
    await moveAs(thread.file, join(codexHome, 'sessions', year, month, day, name), bytes)
  })
}

/** Deletes a record. @throws CodexError `thread.busy`, `rollout.unwritable` */
export async function deleteRecord(thread: KeptRecord, codexHome: string): Promise<void> {
  await held(thread, codexHome, () => rm(thread.file))
}

async function held({ threadId, file }: KeptRecord, codexHome: string, work: () => Promise<void>): Promise<void> {
  try {
    const lock = await holdThread(codexHome, threadId)
    await work().finally(lock.release)
  } catch (error) {
    const isOfDisk = error instanceof Error && 'syscall' in error
    throw isOfDisk ? unchangeable('rollout', file, error) : error
  }
}

async function moveAs(from: string, to: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const draft = `${to}.${process.pid}.tmp`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await rm(from)
}

function unreadable(file: string): CodexError {
  return new CodexError('rollout.unreadable', `The name of ${file} does not say when the thread was begun`, {
    hint: 'It should be rollout-YYYY-MM-DDTHH-MM-SS-ID.jsonl.zst.',
    location: { file },
  })
}
