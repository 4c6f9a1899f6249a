import {
  CodexError,
  type HistoryItem,
  isCodexError,
  type ModelName,
  type ModelRequest,
  type ThreadEvent,
  type TraceContext,
} from '../plugin-api/index.ts'
import { addUsage } from '../plugin-api/model-stream/add-usage.ts'
import { type ModelAnswer, requestOf } from './ask-model.ts'
import { askTraced } from './ask-traced.ts'
import { type CompactionCause, type CompactionOutcome, compactHistory, isNearlyFull } from './compact-in-turn.ts'
import { tracedCompaction } from './traced-compaction.ts'
import type { ConnectedModel, FallbackModel, Turn, TurnDeps, TurnStage } from './turn.ts'
import type { TurnState } from './turn-state.ts'

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

/** Said where a history stays as long as it is. */
const noSummary =
  'The history nearly fills the window, and the model gave no summary that is shorter: it stays as it is.'

/** The seat of a stage as its turn begins. */
export function takeSeat(stage: TurnStage): Seat {
  return { stage, model: stage, fallbacks: stage.fallbacks ?? [] }
}

/**
 * The model's next answer, put into the history. A history that nearly fills the window is compacted before, one that did
 * not fit after, the latter once in a turn. A provider that gives up is followed by the next of `fallback`, from where it stopped.
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
  let overflow: CodexError | undefined
  for (;;) {
    const said: HistoryItem[] = []
    try {
      if (overflow || isNearlyFull(state, turn, seat.model)) {
        const outcome = yield* compact(overflow ? 'refused' : 'full', { seat, state, turn, deps }, signal)
        if (overflow && outcome !== 'compacted') throw overflow
        if (outcome === 'no_summary') yield deps.ledger.add({ type: 'error', message: noSummary })
        overflow = undefined
      }
      const tools = await deps.tools.specs(seat.model.freeformTools)
      const request = requestOf(turn, seat.model, state.history, tools)
      const answer = yield* askCounted(request, said, { seat, state, turn, deps, isHidden }, signal)
      yield* keep(said, seat, state)
      state.measuredItems = state.history.length
      return answer
    } catch (error) {
      if (signal.aborted) {
        yield* keep(followed(said), seat, state)
        throw signal.reason
      }
      if (!isCodexError(error) || error === overflow) throw error
      if (error.code === 'provider.context_length') {
        if (state.isCompacted) throw stillTooLong(error)
        state.isCompacted = true
        overflow = error
        continue
      }
      const next = yield* nextModel(seat, error, deps, signal)
      if (!next) throw error
      // What was said stays said, and the next one goes on behind it.
      yield* keep(followed(said), seat, state)
      seat.model = next
    }
  }
}

/** Compacts the history, counted, and as a span of the trace. @throws what asking throws */
export async function* compact(
  cause: CompactionCause,
  { seat, state, turn, deps }: Omit<Asking, 'isHidden' | 'under'>,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, CompactionOutcome> {
  const span = deps.trace?.begin()
  const ask = (request: ModelRequest) =>
    askCounted(request, [], { seat, state, turn, deps, isHidden: true, under: span?.context }, signal)
  const events = compactHistory(state, turn, seat.model, { ask, ledger: deps.ledger }, cause)
  return yield* tracedCompaction(events, span, signal)
}

/** Who is asked, for which turn. */
interface Asking {
  readonly seat: Seat
  readonly state: TurnState
  readonly turn: Turn
  readonly deps: TurnDeps
  readonly isHidden: boolean
  /** The compaction that asks. Absent: the turn does. */
  readonly under?: TraceContext | undefined
}

/** One request within the bounds of the turn, and its tokens. */
async function* askCounted(
  request: ModelRequest,
  said: HistoryItem[],
  { seat, state, turn, deps, isHidden, under }: Asking,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ModelAnswer> {
  const { modelFree } = seat.model.provider
  const budget = modelFree ? undefined : deps.budget
  const warn = () => (budget?.warnings() ?? []).map((warning) => deps.ledger.add(warning))
  yield* warn()
  await budget?.assertRoom()
  if (!modelFree) deps.mayAsk?.()
  state.requests += 1
  if (turn.maxIterations !== undefined && state.requests > turn.maxIterations) throw tooManyRequests(turn.maxIterations)
  const shown = { ledger: deps.ledger, isHidden, isRaw: turn.showRawReasoning ?? false }
  const answer = yield* askTraced(seat.model, request, said, { ...shown, trace: deps.trace, under }, signal)
  state.usage = addUsage(state.usage, answer.usage)
  state.lastTokens = answer.usage.input_tokens + answer.usage.output_tokens
  if (!modelFree) yield { type: 'usage', total: state.usage, last: answer.usage }
  await budget?.spend(answer.usage, seat.model)
  yield* warn()
  return answer
}

/** What was said before a request broke off, up to the last message: reasoning that nothing followed is refused, and no call was carried out. */
function followed(said: readonly HistoryItem[]): readonly HistoryItem[] {
  return said.slice(0, said.findLastIndex((item) => item.type === 'message') + 1)
}

/** What a preparing stage says itself is dropped. */
function* keep(said: readonly HistoryItem[], { stage }: Seat, state: TurnState): Generator<ThreadEvent> {
  for (const item of said) {
    if (stage.preparing && item.type === 'message') continue
    state.history.push(item)
    yield { type: 'response_item', item }
  }
}

/** Where a provider gives up, connects the next of `fallback` that can be asked, and says so; undefined where none is left. */
export async function* nextModel(
  seat: Seat,
  reason: CodexError,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ConnectedModel | undefined> {
  while (givesUp.has(reason.code) && seat.fallbacks.length > 0) {
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
    hint: 'A summary of the history did not make it fit: name fewer files, ask for less at once, or use a model with a larger window.',
    cause: error,
  })
}

function tooManyRequests(limit: number): CodexError {
  return new CodexError('thread.iterations', `The turn made ${limit} model requests, which is its limit`, {
    hint: "Raise max_iterations in the agent's file, or ask for less at once.",
  })
}
