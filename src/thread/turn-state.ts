import type { HistoryItem, Usage } from '../plugin-api/index.ts'

/** What grows while a turn runs. */
export interface TurnState {
  history: HistoryItem[]
  usage: Usage
  requests: number
  lastMessage?: string
  /** True once the history was compacted because it did not fit: a turn does that once. */
  isCompacted: boolean
  /** Tokens of the last request, its answer included: about what the next one begins with. 0 where that is not known. */
  lastTokens: number
  /** True where a summary did not bring the history below its limit: another would not either. */
  isShortest: boolean
}

/** The state of a turn as it begins. */
export function beginState(history: readonly HistoryItem[], usage: Usage): TurnState {
  return { history: [...history], usage, requests: 0, isCompacted: false, lastTokens: 0, isShortest: false }
}
