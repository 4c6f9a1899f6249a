import type { ThreadEvent } from '../plugin-api/index.ts'
import type { CompactionOutcome } from './compact-in-turn.ts'
import { type OpenSpan, spanError } from './turn-trace.ts'

/** Passes a compaction through, and says how long it took; one that found nothing to shorten is none. */
export async function* tracedCompaction(
  events: AsyncGenerator<ThreadEvent, CompactionOutcome>,
  span: OpenSpan | undefined,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, CompactionOutcome> {
  let replaced: number | undefined
  const work = () => ({ kind: 'compaction' as const, ...(replaced !== undefined && { replaced_items: replaced }) })
  try {
    let step = await events.next()
    for (; !step.done; step = await events.next()) {
      if (step.value.type === 'item.completed' && step.value.item.type === 'context_compaction')
        replaced = step.value.item.replaced_items
      yield step.value
    }
    if (span && replaced !== undefined) yield span.end(work())
    return step.value
  } catch (error) {
    if (span) yield span.end(work(), spanError(error, signal))
    throw error
  } finally {
    await events.return('unchanged')
  }
}
