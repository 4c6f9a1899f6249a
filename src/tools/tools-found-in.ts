import type { HistoryItem } from '../plugin-api/index.ts'

/** The core tool that finds those that wait. */
export const searchToolId = 'tool_search'

/** The tools that `tool_search` found in a history, in order. */
export function toolsFoundIn(history: readonly HistoryItem[]): readonly string[] {
  const searches = new Set(
    history.flatMap((item) => (item.type === 'function_call' && item.name === searchToolId ? item.call_id : [])),
  )
  return history.flatMap((item) => {
    if (item.type !== 'function_call_output' || !searches.has(item.call_id)) return []
    const { structured } = item
    const names = typeof structured === 'object' && structured && 'found' in structured ? structured.found : []
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  })
}
