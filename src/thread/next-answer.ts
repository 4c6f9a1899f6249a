import {
  CodexError,
  type HistoryItem,
  isCodexError,
  type ModelName,
  type ThreadEvent,
  type Usage,
} from '../plugin-api/index.ts'
import { addUsage } from './add-usage.ts'
import { askModel, type ModelAnswer, requestOf } from './ask-model.ts'
import type { ConnectedModel, FallbackModel, Turn, TurnDeps, TurnStage } from './turn.ts'

/** What grows while a turn runs. */
export interface TurnState {
  history: HistoryItem[]
  usage: Usage
  requests: number
  lastMessage?: string
  /** True once the history was compacted: a turn does it once. */
  isCompacted: boolean
}

/** Who answers for a stage now. */
export interface Seat {
  readonly stage: TurnStage
  model: ConnectedModel
  /** Those that have not been tried. */
  fallbacks: readonly FallbackModel[]
}

/** What says that a provider gives up, its own retries spent; another one may do better. */
const givesUp: ReadonlySet<string> = new Set([
  'provider.unreachable',
  'provider.rate_limited',
  'provider.overloaded',
  'provider.quota',
  'provider.model_unknown',
])

/** The seat of a stage as its turn begins. */
export function takeSeat(stage: TurnStage): Seat {
  return { stage, model: stage, fallbacks: stage.fallbacks ?? [] }
}

/**
 * The model's next answer, put into the history. A history that does not fit is compacted, once in a turn; a provider that
 * gives up is replaced by the next of `fallback`, from where it stopped.
 *
 * @throws CodexError `provider.*`, `thread.iterations`, `budget.*`; the abort reason
 */
export async function* nextAnswer(
  seat: Seat,
  state: TurnState,
  turn: Turn,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ModelAnswer> {
  const isHidden = seat.stage.preparing
  for (;;) {
    const said: HistoryItem[] = []
    try {
      const tools = await deps.tools.specs(seat.model.freeformTools)
      const request = requestOf(turn, seat.model, state.history, tools)
      const answer = yield* askCounted(request, said, { seat, state, turn, deps, isHidden }, signal)
      yield* keep(said, seat, state)
      return answer
    } catch (error) {
      signal.throwIfAborted()
      if (!isCodexError(error)) throw error
      if (error.code === 'provider.context_length') {
        yield* makeRoom(error, seat, state, turn, deps, signal)
        continue
      }
      const next = givesUp.has(error.code) ? yield* nextModel(seat, error, deps, signal) : undefined
      if (!next) throw error
      // What was said stays said, and the next one goes on behind it; reasoning that nothing followed is of no use to it.
      yield* keep(said.slice(0, said.findLastIndex((item) => item.type === 'message') + 1), seat, state)
      seat.model = next
    }
  }
}

interface Asking {
  readonly seat: Seat
  readonly state: TurnState
  readonly turn: Turn
  readonly deps: TurnDeps
  readonly isHidden: boolean
}

/** One request within the bounds of the turn, and its tokens. */
async function* askCounted(
  request: Parameters<typeof askModel>[1],
  said: HistoryItem[],
  { seat, state, turn, deps, isHidden }: Asking,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ModelAnswer> {
  const { modelFree } = seat.model.provider
  const budget = modelFree ? undefined : deps.budget
  await budget?.assertRoom()
  state.requests += 1
  if (turn.maxIterations !== undefined && state.requests > turn.maxIterations) throw tooManyRequests(turn.maxIterations)
  const answer = yield* askModel(seat.model, request, said, { ledger: deps.ledger, isHidden }, signal)
  state.usage = addUsage(state.usage, answer.usage)
  if (!modelFree) yield { type: 'usage', total: state.usage, last: answer.usage }
  for (const warning of (await budget?.spend(answer.usage, seat.model)) ?? []) yield deps.ledger.add(warning)
  return answer
}

/** What a preparing stage says itself is dropped. */
function* keep(said: readonly HistoryItem[], { stage }: Seat, state: TurnState): Generator<ThreadEvent> {
  for (const item of said) {
    if (stage.preparing && item.type === 'message') continue
    state.history.push(item)
    yield { type: 'response_item', item }
  }
}

/** Replaces the older part of the history by a summary of it. @throws the error that was given, where that was done already or cannot help */
async function* makeRoom(
  error: CodexError,
  seat: Seat,
  state: TurnState,
  turn: Turn,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  if (state.isCompacted) throw stillTooLong(error)
  state.isCompacted = true
  const [{ planCompaction }, { compactedHistory, summaryInput }] = await Promise.all([
    import('./plan-compaction.ts'),
    import('./compact-history.ts'),
  ])
  const contextWindow = seat.model.modelInfo.contextWindow
  const prompt = turn.input.findLast((item) => item.type === 'message' && item.role === 'user')
  const plan = planCompaction(state.history, prompt, contextWindow)
  if (!plan) throw error
  let summary = ''
  if (plan.replaced.length > 0) {
    const about = { history: state.history, ...(contextWindow && { contextWindow }) }
    const input = summaryInput(plan, { ...about, ...(turn.compactPrompt && { compactPrompt: turn.compactPrompt }) })
    const { outputSchema: _, ...plain } = turn
    const request = requestOf(plain, seat.model, input, [])
    const asking = { seat, state, turn, deps, isHidden: true }
    const answer = yield* askCounted(request, [], asking, signal)
    if (!answer.text?.trim()) throw error
    summary = answer.text.trim()
  }
  state.history = [...compactedHistory(plan, summary)]
  yield { type: 'history.compacted', message: summary, history: [...state.history] }
  yield deps.ledger.add({ type: 'context_compaction', replaced_items: plan.replaced.length, summary })
}

/** Connects the next of `fallback` that can be asked, and says so; undefined where none is left. */
async function* nextModel(
  seat: Seat,
  reason: CodexError,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ConnectedModel | undefined> {
  while (seat.fallbacks.length > 0) {
    const [fallback, ...others] = seat.fallbacks
    seat.fallbacks = others
    if (!fallback) continue
    try {
      const model = await fallback.connect(signal)
      deps.budget?.assertPriced(model)
      const [from, to] = [nameOf(seat.model), nameOf(model)]
      yield deps.ledger.add({ type: 'model_switch', from, to, reason: reason.message })
      return model
    } catch (error) {
      signal.throwIfAborted()
      if (!isCodexError(error)) throw error
      yield deps.ledger.add({
        type: 'error',
        message: `The fallback ${fallback.name} cannot be asked: ${error.message}`,
      })
    }
  }
  return undefined
}

function nameOf({ context, model }: ConnectedModel): ModelName {
  return { provider: context.settings.id, model }
}

function stillTooLong(error: CodexError): CodexError {
  return new CodexError('provider.context_length', error.message, {
    hint: 'The history was summarised in this turn, and still does not fit: name fewer files, ask for less at once, or use a model with a larger window.',
    cause: error,
  })
}

function tooManyRequests(limit: number): CodexError {
  return new CodexError('thread.iterations', `The turn made ${limit} model requests, which is its limit`, {
    hint: "Raise max_iterations in the agent's file, or ask for less at once.",
  })
}
