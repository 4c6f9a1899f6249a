import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { CodexError, type ThreadSummary } from '../../plugin-api/index.ts'
import { archiveDirectory } from './rollout-files.ts'
import { holdThread } from './thread-lock.ts'

/** Puts a thread's record away, compressed: written aside, renamed, and only then taken from its place. @throws CodexError `thread.busy`; the `node:fs` error */
export async function packRecord(thread: ThreadSummary, codexHome: string, signal: AbortSignal): Promise<void> {
  await held(thread, codexHome, async () => {
    const bytes = await promisify(zstdCompress)(await readFile(thread.file, { signal }))
    const target = join(archiveDirectory(codexHome), `${basename(thread.file)}.zst`)
    await moveAs(thread.file, target, bytes)
  })
}

/** Takes it out again, to where it was. @throws CodexError `thread.busy`, `rollout.unreadable`; the `node:fs` error */
export async function unpackRecord(thread: ThreadSummary, codexHome: string, signal: AbortSignal): Promise<void> {
  await held(thread, codexHome, async () => {
    const packed = await readFile(thread.file, { signal })
    const bytes = thread.file.endsWith('.zst') ? await promisify(zstdDecompress)(packed) : packed
    const name = basename(thread.file).replace(/\.zst$/, '')
    const [, year = '', month = '', day = ''] = /^rollout-(\d{4})-(\d\d)-(\d\d)/.exec(name) ?? []
    if (day === '') throw unreadable(thread.file)
    await moveAs(thread.file, join(codexHome, 'sessions', year, month, day, name), bytes)
  })
}

/** Deletes a record. @throws CodexError `thread.busy`; the `node:fs` error */
export async function deleteRecord(thread: ThreadSummary, codexHome: string): Promise<void> {
  await held(thread, codexHome, () => rm(thread.file))
}

async function held(thread: ThreadSummary, codexHome: string, work: () => Promise<void>): Promise<void> {
  const release = await holdThread(codexHome, thread.id)
  try {
    await work()
  } finally {
    await release()
  }
}

async function moveAs(from: string, to: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const draft = `${to}.${process.pid}.tmp`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, to)
  await rm(from)
}

function unreadable(file: string): CodexError {
  return new CodexError('rollout.unreadable', `The name of ${file} does not say when the thread was begun`, {
    hint: 'It should be rollout-YYYY-MM-DDTHH-MM-SS-ID.jsonl.zst.',
    location: { file },
  })
}
