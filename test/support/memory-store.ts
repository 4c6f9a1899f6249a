import { CodexError } from '../../src/plugin-api/errors.ts'
import { parseRolloutLine } from '../../src/thread/rollout-lines.ts'
import type { KeptRecord, RecordLine, RecordWriter, ThreadStore } from '../../src/thread/thread-store.ts'

interface Held {
  text: string
  archived: boolean
  changes: number
}

/** Threads in the memory of this process. They are gone with it. */
export function openMemoryStore(): ThreadStore {
  const threads = new Map<string, Held>()
  const busy = new Set<string>()
  const names = new Map<string, string>()
  const held = (threadId: string): Held => {
    const found = threads.get(threadId)
    if (!found) throw new CodexError('rollout.unreadable', `There is no record of ${threadId}`)
    return found
  }
  const assertFree = (threadId: string) => {
    if (busy.has(threadId)) throw new CodexError('thread.busy', `Thread ${threadId} is in use`)
  }
  const writerOf = (threadId: string, record: Held): RecordWriter => {
    busy.add(threadId)
    threads.set(threadId, record)
    return {
      file: threadId,
      write(text) {
        record.text += text
        record.changes += 1
      },
      sync: async () => undefined,
      close: async () => void busy.delete(threadId),
    }
  }
  const putAway = (threadId: string, archived: boolean) => {
    assertFree(threadId)
    held(threadId).archived = archived
  }
  return {
    records: () => [...threads].map(([threadId, { archived }]): KeptRecord => ({ threadId, file: threadId, archived })),
    stateOf({ threadId }) {
      const found = threads.get(threadId)
      return found && { sizeBytes: Buffer.byteLength(found.text), modifiedMs: found.changes }
    },
    lines: ({ threadId }, offset) => linesOf(Buffer.from(held(threadId).text), offset),
    async create(threadId) {
      assertFree(threadId)
      return writerOf(threadId, { text: '', archived: false, changes: 0 })
    },
    async reopen({ kept: { threadId }, sizeBytes }) {
      assertFree(threadId)
      const record = held(threadId)
      if (Buffer.byteLength(record.text) !== sizeBytes) throw new CodexError('thread.busy', `${threadId} has changed`)
      return writerOf(threadId, record)
    },
    async add(threadId, text) {
      threads.set(threadId, { text, archived: false, changes: 1 })
    },
    assertFree,
    archive: async ({ threadId }) => putAway(threadId, true),
    unarchive: async ({ threadId }) => putAway(threadId, false),
    async delete({ threadId }) {
      assertFree(threadId)
      threads.delete(threadId)
    },
    names: async () => names,
    async rename(threadId, name) {
      names.delete(threadId)
      if (name !== '') names.set(threadId, name)
    },
  }
}

function* linesOf(bytes: Buffer, offset: number): Generator<RecordLine> {
  for (let start = offset; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start) + 1
    yield { line: parseRolloutLine(bytes.subarray(start, end)), end }
    start = end
  }
}
