import type { HistoryItem } from '../history.ts'

/**
 * The items of one response, in which each id of a call is that of one call: a call that was sent twice counts once; another one
 * under the same id, as some local servers send it, gets an id of its own.
 */
export function distinctCalls(items: readonly HistoryItem[]): readonly HistoryItem[] {
  const known = new Map<string, string>()
  return items.flatMap((item): readonly HistoryItem[] => {
    if (!('call_id' in item) || typeof item.call_id !== 'string') return [item]
    const { call_id: callId } = item
    const said = JSON.stringify({ ...item, id: undefined, status: undefined })
    for (let place = 1; ; place += 1) {
      const id = place === 1 ? callId : `${callId}_${place}`
      if (known.get(id) === said) return []
      if (known.has(id)) continue
      known.set(id, said)
      return [place === 1 ? item : { ...item, call_id: id }]
    }
  })
}
