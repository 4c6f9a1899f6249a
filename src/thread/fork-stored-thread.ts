import type { ThreadEvent, ThreadMeta } from '../plugin-api/index.ts'
import { rolloutText } from './rollout-lines.ts'
import type { StoredThread, ThreadStore } from './thread-store.ts'

/** Keeps a new thread that has the history of another one, and goes on counting its tokens. @throws CodexError `rollout.unwritable` */
export async function forkStoredThread(
  { record }: Pick<StoredThread, 'record'>,
  meta: ThreadMeta,
  store: ThreadStore,
  deps: { now(): Date },
): Promise<void> {
  const events: readonly ThreadEvent[] = [
    { type: 'thread.started', thread_id: meta.id, meta },
    ...record.history.map((item): ThreadEvent => ({ type: 'response_item', item })),
    { type: 'usage', total: record.usage },
  ]
  const timestamp = deps.now().toISOString()
  // Each of these leaves one line.
  const lines = events.map((event, ordinal) => rolloutText(event, '', { ordinal, timestamp }).text)
  await store.add(meta.id, lines.join(''))
}
