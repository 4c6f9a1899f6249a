import { rmSync, statSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { clockMs } from '../kernel/clock-ms.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { readRecordLines } from './library/read-record-lines.ts'
import { rolloutFiles } from './library/rollout-files.ts'
import { assertThreadFree, holdThread } from './library/thread-lock.ts'
import { openRecordFile, unchangeable, unwritable } from './record-file.ts'
import type { RecordState, RecordWriter, ThreadStore } from './thread-store.ts'

/** How often a running thread says that it still holds its record. */
const renewMs = 60_000

/** Where a new thread's rollout lies: `sessions/YYYY/MM/DD/rollout-<local time>-<thread id>.jsonl`. */
export function rolloutFile(codexHome: string, threadId: string, now: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  const [year, month, day] = [String(now.getFullYear()), pad(now.getMonth() + 1), pad(now.getDate())]
  const time = `${pad(now.getHours())}-${pad(now.getMinutes())}-${pad(now.getSeconds())}`
  return join(codexHome, 'sessions', year, month, day, `rollout-${year}-${month}-${day}T${time}-${threadId}.jsonl`)
}

/** Threads as rollout files below `$CODEX_HOME/sessions`, those that are put away in `archived_sessions`. */
export function openFileStore(codexHome: string, deps: { now(): Date }): ThreadStore {
  return {
    records: () => rolloutFiles(codexHome),
    stateOf: ({ file }) => stateOf(file),
    lines: ({ file }, offset) => readRecordLines(file, offset),
    create: (threadId) => openHeld(codexHome, threadId, rolloutFile(codexHome, threadId, deps.now())),
    reopen: ({ kept, sizeBytes }) =>
      openHeld(codexHome, kept.threadId, kept.file, () => {
        if (stateOf(kept.file)?.sizeBytes !== sizeBytes) throw changed(kept.threadId, kept.file)
      }),
    async add(threadId, text) {
      const file = rolloutFile(codexHome, threadId, deps.now())
      const draft = `${file}.part`
      try {
        const writer = openRecordFile(draft)
        try {
          writer.write(text)
          await writer.sync()
        } finally {
          await writer.close()
        }
        await rename(draft, file)
      } catch (error) {
        rmSync(draft, { force: true })
        // The draft's name says nothing to people.
        throw unchangeable('rollout', file, error instanceof CodexError ? error.cause : error)
      }
    },
    assertFree: (threadId) => assertThreadFree(codexHome, threadId),
    // Few runs put records away, or name them.
    archive: async (record, signal) => (await import('./library/put-away.ts')).packRecord(record, codexHome, signal),
    unarchive: async (record, signal) =>
      (await import('./library/put-away.ts')).unpackRecord(record, codexHome, signal),
    async delete(record) {
      await (await import('./library/put-away.ts')).deleteRecord(record, codexHome)
      await (await import('./library/thread-names.ts')).eraseThreadNames(codexHome, record.threadId)
    },
    names: async () => (await import('./library/thread-names.ts')).readThreadNames(codexHome),
    rename: async (threadId, name) =>
      (await import('./library/thread-names.ts')).writeThreadName(codexHome, threadId, name, deps.now()),
  }
}

/** @param check is made once nobody else can add to the record */
async function openHeld(
  codexHome: string,
  threadId: string,
  file: string,
  check: () => void = () => undefined,
): Promise<RecordWriter> {
  const lock = await holdThread(codexHome, threadId).catch((error: unknown) => {
    throw error instanceof CodexError ? error : unwritable(file, error)
  })
  try {
    check()
    const writer = openRecordFile(file)
    let renewedMs = clockMs()
    return {
      ...writer,
      write(text) {
        writer.write(text)
        if (clockMs() - renewedMs < renewMs) return
        renewedMs = clockMs()
        lock.renew()
      },
      close: () => writer.close().finally(lock.release),
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

function stateOf(file: string): RecordState | undefined {
  const facts = statSync(file, { throwIfNoEntry: false })
  return facts && { sizeBytes: facts.size, modifiedMs: facts.mtimeMs }
}

function changed(threadId: string, file: string): CodexError {
  return new CodexError('thread.busy', `Thread ${threadId} was changed by another process just now; nothing was done`, {
    hint: 'Resume it again: it then goes on from what the other process did.',
    location: { file },
  })
}
