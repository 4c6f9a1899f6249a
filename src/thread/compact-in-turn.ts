import { CodexError, isCodexError, type ModelRequest, type ThreadEvent } from '../plugin-api/index.ts'
import type { ItemLedger } from '../tools/index.ts'
import { bytesPerToken, limitOutput } from '../tools/output-limit.ts'
import { type ModelAnswer, requestOf } from './ask-model.ts'
import { sizeOf, tokensOf } from './item-size.ts'
import type { CompactionPlan } from './plan-compaction.ts'
import type { ConnectedModel, Turn } from './turn.ts'
import type { TurnState } from './turn-state.ts'

/** A window counts as full from here on: the rest is for what the next calls give, and the answer. */
const fullShare = 0.9
/** Of a window: what may be quoted for a summary, and where that turns out too much, less. */
const quotedShares = [0.7, 0.35, 0.15]
/** Of a window: what a summary may take. */
const summaryShare = 0.1
/** How often a model that says nothing is asked. */
const maxAsked = 2

/** Why a history is to be shorter: it nearly fills the window, the provider refused it, or a person asked for it. */
export type CompactionCause = 'full' | 'refused' | 'asked'

/** `unchanged`: there is nothing that could give way; `no_summary`: the model gave none that helps. */
export type CompactionOutcome = 'compacted' | 'unchanged' | 'no_summary'

/** True where the next request would fill the window, as far as it is known, or pass the limit that the configuration sets. */
export function isNearlyFull(state: TurnState, turn: Turn, model: ConnectedModel): boolean {
  if (model.provider.modelFree || state.isShortest) return false
  const limit = limitOf(turn, model)
  return limit !== Number.POSITIVE_INFINITY && tokensNow(state) >= limit
}

function limitOf(turn: Turn, { modelInfo: { contextWindow } }: ConnectedModel): number {
  return turn.compactAtTokens ?? (contextWindow === undefined ? Number.POSITIVE_INFINITY : contextWindow * fullShare)
}

/** What the last request took, and an estimate of what has come since. */
function tokensNow({ history, lastTokens, measuredItems }: TurnState): number {
  return lastTokens + tokensOf(history.slice(measuredItems))
}

/** Bytes of a summary at most. */
export function maxSummaryBytes(windowBytes: number): number {
  return Math.max(2_000, Math.floor(windowBytes * summaryShare))
}

/** Bytes of conversation that are quoted for a summary at most; `smaller`: how often that did not fit. */
export function quotedBytes(windowBytes: number, smaller = 0): number {
  return Math.floor(windowBytes * (quotedShares[smaller] ?? 0))
}

/**
 * Replaces the older part of the history by a summary that the model writes in one request without tools. A request that
 * does not fit quotes less, twice; a model that says nothing is asked once more.
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
  cause: CompactionCause,
): AsyncGenerator<ThreadEvent, CompactionOutcome> {
  const [{ planCompaction, windowBytes }, { compactedHistory }] = await Promise.all([
    import('./plan-compaction.ts'),
    import('./compact-history.ts'),
  ])
  const { history } = state
  const before = tokensNow(state)
  const plan = planCompaction(history, model.modelInfo.contextWindow)
  if (!plan) return 'unchanged'
  state.isShortest = true // until it is known better
  // A history that was refused says more of the window than what is known of it.
  const known = windowBytes(model.modelInfo.contextWindow)
  const window = cause === 'refused' ? Math.min(known, sizeOf(history)) : known
  const focus = turn.compaction?.focus ?? ''
  let summary = ''
  if (plan.replaced.length > 0) {
    const said = yield* askForSummary({ plan, turn, model, window, focus }, deps.ask)
    summary = limitOutput(said, maxSummaryBytes(window))
    if (summary === '') return 'no_summary'
  }
  const { writtenByCommands } = await import('./written-by-commands.ts')
  const compacted = compactedHistory(plan, summary, turn.cwd, await writtenByCommands(history, turn.cwd))
  if (sizeOf(compacted) >= sizeOf(history)) return 'no_summary'
  state.lastTokens = Math.ceil((before * sizeOf(compacted)) / sizeOf(history))
  state.measuredItems = compacted.length
  state.history = [...compacted]
  state.summary = summary
  state.isShortest = state.lastTokens >= limitOf(turn, model)
  yield { type: 'history.compacted', message: summary, history: [...state.history] }
  yield deps.ledger.add({
    type: 'context_compaction',
    ...{ replaced_items: plan.replaced.length, summary, ...(focus !== '' && { focus }) },
    ...{ tokens_before: tokensOf(history), tokens_after: tokensOf(compacted) },
  })
  return 'compacted'
}

/** The summary, without white space around it; empty where the model said none. */
async function* askForSummary(
  about: {
    readonly plan: CompactionPlan
    readonly turn: Turn
    readonly model: ConnectedModel
    readonly window: number
    readonly focus: string
  },
  ask: (request: ModelRequest) => AsyncGenerator<ThreadEvent, ModelAnswer>,
): AsyncGenerator<ThreadEvent, string> {
  const { summaryInput } = await import('./compact-history.ts')
  const { plan, turn, model, window, focus } = about
  const { outputSchema: _, ...plain } = turn
  let smaller = 0
  for (let asked = 0; ; ) {
    const roomBytes = quotedBytes(window, smaller)
    const prompt = { roomBytes, focus, ...(turn.compactPrompt && { compactPrompt: turn.compactPrompt }) }
    try {
      const answer = yield* ask(requestOf(plain, model, summaryInput(plan, prompt), []))
      const text = answer.text?.trim() ?? ''
      asked += 1
      if (text !== '' || asked >= maxAsked) return text
    } catch (error) {
      if (!isCodexError(error) || error.code !== 'provider.context_length') throw error
      smaller += 1
      if (smaller >= quotedShares.length) throw summaryDoesNotFit(error)
    }
  }
}

function summaryDoesNotFit(cause: CodexError): CodexError {
  return new CodexError(
    'provider.context_length',
    `The history is to be summarised, and not even a seventh of the window is room enough for that: ${cause.message}`,
    { hint: 'Use a model with a larger window, or say its size: model_context_window in config.toml.', cause },
  )
}

/** Tokens of a size in bytes, about. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}
