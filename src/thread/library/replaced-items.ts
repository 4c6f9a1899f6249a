import { isDeepStrictEqual } from 'node:util'
import type { HistoryItem, ThreadCompaction } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { compactedHistory, readItem } from '../thread-record.ts'

/** What each compaction of a record took out of the history, oldest first. The record still has all of it. */
export function replacedItems(lines: Iterable<RolloutLine>): readonly ThreadCompaction[] {
  const compactions: ThreadCompaction[] = []
  let history: HistoryItem[] = []
  for (const { timestamp, type, payload } of lines) {
    if (type === 'response_item') history.push(...[readItem(payload) ?? []].flat())
    if (type !== 'compacted') continue
    const after = compactedHistory(payload, history)
    const kept = new Set<HistoryItem>()
    // Each item that stays stands for one that was there: the same words may have been said twice.
    for (const item of after) {
      const same = history.find((each) => !kept.has(each) && isDeepStrictEqual(each, item))
      if (same) kept.add(same)
    }
    const replaced = history.filter((item) => !kept.has(item))
    compactions.push({ at: timestamp, summary: String(payload.message ?? ''), replaced })
    history = after
  }
  return compactions
}
