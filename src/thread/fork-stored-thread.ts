import type { ThreadMeta } from '../plugin-api/index.ts'
import { type RolloutLine, rolloutPayloads } from './rollout-lines.ts'
import { threadOfLines } from './thread-record.ts'
import type { ThreadStore } from './thread-store.ts'

/** What is said of turns and what is shown of them; what they used is summed up behind them. */
const copiedEvents: ReadonlySet<unknown> = new Set([
  'task_started',
  'task_complete',
  'turn_aborted',
  'item_completed',
  'call_failed',
  'error',
  'user_message',
  'agent_message',
])
const copiedTypes: ReadonlySet<string> = new Set([
  'response_item',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
  'compacted',
  'turn_context',
  'world_state',
])

/**
 * Keeps a new thread that begins with the turns of another one, and goes on counting its tokens. What is copied keeps the time at which it
 * was written, by which `isCopiedLine` knows it.
 *
 * @param lines of the other one, as far as they are wanted
 * @throws CodexError `rollout.unwritable`
 */
export async function forkStoredThread(
  lines: readonly RolloutLine[],
  meta: ThreadMeta,
  store: ThreadStore,
  deps: { now(): Date },
): Promise<void> {
  const timestamp = deps.now().toISOString()
  const usage = threadOfLines(lines)?.usage
  const copied = [
    ...rolloutPayloads({ type: 'thread.started', thread_id: meta.id, meta }, '').map((line) => ({
      timestamp,
      ...line,
    })),
    ...lines.filter(isWanted),
    ...(usage ? rolloutPayloads({ type: 'usage', total: usage }, '').map((line) => ({ timestamp, ...line })) : []),
  ]
  const texts = copied.map((line, ordinal) => {
    const { timestamp: time, type, payload } = line
    return `${JSON.stringify({ timestamp: time, ordinal, type, payload })}\n`
  })
  await store.add(meta.id, texts.join(''))
}

function isWanted({ type, payload }: RolloutLine): boolean {
  return copiedTypes.has(type) || (type === 'event_msg' && copiedEvents.has(payload.type))
}
