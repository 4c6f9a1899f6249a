import type { ModelRequest, ThreadEvent } from '../plugin-api/index.ts'
import type { ItemLedger } from '../tools/index.ts'
import { type ModelAnswer, requestOf } from './ask-model.ts'
import type { ConnectedModel, Turn } from './turn.ts'
import type { TurnState } from './turn-state.ts'

/** A window counts as full from here on: the rest is for what the next calls give, and the answer. */
const fullShare = 0.9

/** True where the next request would fill the window, as far as it is known, or pass the limit that the configuration sets. */
export function isNearlyFull(state: TurnState, turn: Turn, model: ConnectedModel): boolean {
  if (model.provider.modelFree || state.isShortest) return false
  return state.lastTokens >= limitOf(turn, model)
}

function limitOf(turn: Turn, { modelInfo: { contextWindow } }: ConnectedModel): number {
  return turn.compactAtTokens ?? (contextWindow === undefined ? Number.POSITIVE_INFINITY : contextWindow * fullShare)
}

/**
 * Replaces the older part of the history by a summary that the model writes in one request without tools. False where
 * there is nothing that could be made shorter, or no summary came.
 *
 * @throws what `ask` throws
 */
export async function* compactHistory(
  state: TurnState,
  turn: Turn,
  model: ConnectedModel,
  deps: {
    readonly ask: (request: ModelRequest) => AsyncGenerator<ThreadEvent, ModelAnswer>
    readonly ledger: ItemLedger
  },
): AsyncGenerator<ThreadEvent, boolean> {
  const [{ planCompaction, sizeOf }, { compactedHistory, summaryInput }] = await Promise.all([
    import('./plan-compaction.ts'),
    import('./compact-history.ts'),
  ])
  const { lastTokens, history } = state
  const { contextWindow } = model.modelInfo
  state.isShortest = true // until it is known better
  const prompt = turn.input.findLast((item) => item.type === 'message' && item.role === 'user')
  const plan = planCompaction(history, prompt, contextWindow)
  if (!plan) return false
  let summary = ''
  if (plan.replaced.length > 0) {
    const about = { history, ...(contextWindow && { contextWindow }) }
    const input = summaryInput(plan, { ...about, ...(turn.compactPrompt && { compactPrompt: turn.compactPrompt }) })
    const { outputSchema: _, ...plain } = turn
    const answer = yield* deps.ask(requestOf(plain, model, input, []))
    summary = answer.text?.trim() ?? ''
    if (summary === '') return false
  }
  state.history = [...compactedHistory(plan, summary)]
  state.isShortest = (lastTokens * sizeOf(state.history)) / sizeOf(history) >= limitOf(turn, model)
  state.lastTokens = 0
  yield { type: 'history.compacted', message: summary, history: [...state.history] }
  yield deps.ledger.add({ type: 'context_compaction', replaced_items: plan.replaced.length, summary })
  return true
}
