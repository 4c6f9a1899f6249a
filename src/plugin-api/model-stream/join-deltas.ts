import type { ModelEvent } from '../provider.ts'

/** The events of one network chunk, deltas of a kind that follow each other as one: an answer of many small ones costs little then. */
export function* joinDeltas(events: Iterable<ModelEvent>): Generator<ModelEvent> {
  let pending: Extract<ModelEvent, { readonly delta: string }> | undefined
  for (const event of events) {
    if ('delta' in event && event.type === pending?.type) {
      pending = { ...pending, delta: pending.delta + event.delta }
      continue
    }
    if (pending) yield pending
    pending = 'delta' in event ? event : undefined
    if (!pending) yield event
  }
  if (pending) yield pending
}
