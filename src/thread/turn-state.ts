import type { HistoryItem, Usage } from '../plugin-api/index.ts'
import type { Turn } from './turn.ts'

/** What grows while a turn runs. */
export interface TurnState {
  history: HistoryItem[]
  usage: Usage
  requests: number
  lastMessage?: string
  /** What the history was last compacted to in this turn. */
  summary?: string
  /** How often hooks have made the turn go on. */
  continuations: number
  /** True once hooks have been asked whether the turn may end. */
  isStopAsked: boolean
  /** True once the history was compacted because it did not fit: a turn does that once. */
  isCompacted: boolean
  /** Tokens of the last request, its answer included: about what the next one begins with. 0 where that is not known. */
  lastTokens: number
  /** Items at the beginning of the history that `lastTokens` counts. */
  measuredItems: number
  /** True where a summary did not bring the history below its limit: another would not either. */
  isShortest: boolean
}

/** The state of a turn as it begins. */
export function beginState({ history, input, usageBefore, lastTokensBefore = 0 }: Turn): TurnState {
  return {
    history: [...history, ...input],
    usage: usageBefore,
    requests: 0,
    continuations: 0,
    isStopAsked: false,
    isCompacted: false,
    lastTokens: lastTokensBefore,
    measuredItems: lastTokensBefore > 0 ? history.length : 0,
    isShortest: false,
  }
}
