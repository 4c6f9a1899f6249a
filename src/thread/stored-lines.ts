import { CodexError } from '../plugin-api/errors.ts'
import type { RolloutLine } from './rollout-lines.ts'
import type { KeptRecord, RecordLine, ThreadStore } from './thread-store.ts'

/** The beginning of another thread that a thread goes on from, as forks of the real Codex name it (Codex contract, section F). */
interface HistoryBase {
  readonly threadId: string
  /** The base ends with the line that ends here. */
  readonly endBytes: number
}

/**
 * The lines of a thread, undefined for each that cannot be read. Where the record begins with a part of another one, as a fork of the
 * real Codex does, that part stands behind its first line.
 *
 * @throws CodexError `rollout.unreadable`, also where that other record is not there
 */
export function* storedLines(kept: KeptRecord, store: ThreadStore): Generator<RolloutLine | undefined> {
  for (const { line } of withBase(kept, store, new Set())) yield line
}

function* withBase(
  kept: KeptRecord,
  store: ThreadStore,
  passed: ReadonlySet<string>,
  endBytes = Number.POSITIVE_INFINITY,
): Generator<RecordLine> {
  let isFirst = true
  for (const read of store.lines(kept, 0)) {
    if (read.end > endBytes) return
    yield read
    if (!isFirst || read.line === undefined) continue
    isFirst = false
    const base = baseOf(read.line)
    if (base) yield* linesOfBase(base, kept, store, new Set([...passed, kept.threadId]))
  }
}

function* linesOfBase(
  { threadId, endBytes }: HistoryBase,
  fork: KeptRecord,
  store: ThreadStore,
  passed: ReadonlySet<string>,
): Generator<RecordLine> {
  const record = passed.has(threadId) ? undefined : store.records().find((each) => each.threadId === threadId)
  if (!record) throw withoutBase(fork, threadId, passed.has(threadId))
  yield* withBase(record, store, passed, endBytes)
}

function baseOf({ type, payload }: RolloutLine): HistoryBase | undefined {
  const base = payload.history_base as Readonly<Record<string, unknown>> | null | undefined // fields are checked here
  if (type !== 'session_meta' || typeof base !== 'object' || base === null) return undefined
  const { thread_id: threadId, end_byte_offset: endBytes } = base
  return typeof threadId === 'string' && typeof endBytes === 'number' ? { threadId, endBytes } : undefined
}

function withoutBase({ threadId, file }: KeptRecord, baseId: string, isLoop: boolean): CodexError {
  const why = isLoop ? 'which goes on from this one' : 'which is not kept here'
  return new CodexError('rollout.unreadable', `Thread ${threadId} goes on from thread ${baseId}, ${why}`, {
    hint: isLoop ? 'Fork another thread.' : `Bring the record of thread ${baseId} back, or begin a new thread.`,
    location: { file, line: 1 },
  })
}
