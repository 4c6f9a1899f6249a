import type { ThreadEvent, ThreadItem } from '../plugin-api/index.ts'
import type { ItemFacts } from './item-text.ts'
import { openPatches } from './open-patches.ts'

/** What a running thread tells of its items beside what they hold. */
export interface ItemFactsReader {
  /** Takes note of an event, before what it is about is shown. */
  note(event: ThreadEvent): void
  /** What is known of an item that is complete; asked once. */
  of(item: ThreadItem): ItemFacts
  readonly threadId: string
  /** How much is shown while the thread runs, and where the rest is. */
  readonly style: { readonly isFolded: boolean; readonly rest?: string }
}

/** As much of an id as tells its thread from others (see shortId). */
const shownIdLength = 13

/** Follows the events: when items began, and the patches of calls that have no result yet. */
export function openItemFacts({
  isKept,
  nowMs,
}: {
  readonly isKept: boolean
  readonly nowMs: () => number
}): ItemFactsReader {
  const startedMs = new Map<string, number>()
  const patches = openPatches()
  let threadId = ''
  return {
    note(event) {
      if (event.type === 'thread.started') threadId = event.thread_id
      if (event.type === 'response_item') patches.note(event.item)
      if (event.type === 'item.started' && !startedMs.has(event.item.id)) startedMs.set(event.item.id, nowMs())
    },
    of(item) {
      const began = startedMs.get(item.id)
      startedMs.delete(item.id)
      return { ...(began !== undefined && { durationMs: nowMs() - began }), ...patches.factsOf(item) }
    },
    get threadId() {
      return threadId
    },
    get style() {
      const rest = isKept && threadId !== '' ? `codex threads show ${threadId.slice(0, shownIdLength)}` : undefined
      return { isFolded: true, ...(rest !== undefined && { rest }) }
    },
  }
}
