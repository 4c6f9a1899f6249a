import type { ThreadSummary, UnreadableRecord } from '../../plugin-api/index.ts'
import { CodexError } from '../../plugin-api/index.ts'
import type { KeptRecord, ThreadStore } from '../thread-store.ts'

/** A record that holds no thread that could be read. */
export interface DamagedRecord {
  readonly kept: KeptRecord
  readonly problem: string
}

/** The one damaged record whose thread has an id that begins so; undefined where there is none, or more than one. */
export function damagedRecord(
  beginnings: readonly string[],
  unreadable: readonly UnreadableRecord[],
  store: ThreadStore,
): DamagedRecord | undefined {
  const problems = new Map(unreadable.map(({ file, problem }) => [file, problem]))
  const isMeant = ({ threadId }: KeptRecord) => beginnings.some((beginning) => threadId.startsWith(beginning))
  const found = store.records().filter((kept) => problems.has(kept.file) && isMeant(kept))
  const [kept, ...others] = found
  return kept && others.length === 0 ? { kept, problem: problems.get(kept.file) ?? '' } : undefined
}

/** What is known of its thread without its lines. */
export function damagedSummary({ kept }: DamagedRecord, store: ThreadStore): ThreadSummary {
  const { sizeBytes, modifiedMs } = store.stateOf(kept) ?? { sizeBytes: 0, modifiedMs: 0 }
  const changed = new Date(modifiedMs).toISOString()
  const { threadId: id, archived, file } = kept
  const nothing = { title: '', cwd: '', source: '', turns: 0, tokens: 0 }
  return { id, ...nothing, created: changed, updated: changed, archived, file, sizeBytes }
}

/** Says so of one that was named. */
export function damaged({ kept, problem }: DamagedRecord): CodexError {
  return new CodexError('rollout.unreadable', `No thread can be read from ${kept.file}: ${problem}`, {
    hint: `Put a copy of the file in its place, or delete it: codex threads delete ${kept.threadId}.`,
    location: { file: kept.file },
  })
}
