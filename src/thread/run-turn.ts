import { CodexError, type HistoryItem, type ThreadEvent } from '../plugin-api/index.ts'
import { addUsage } from '../plugin-api/model-stream/add-usage.ts'
import { askToStop } from './ask-to-stop.ts'
import { nextAnswer, takeSeat } from './next-answer.ts'
import { runCalls } from './run-calls.ts'
import { takeMessages } from './take-messages.ts'
import type { Turn, TurnDeps, TurnStage } from './turn.ts'
import { beginState, type TurnState } from './turn-state.ts'
import { watchLoops } from './watch-loops.ts'

/**
 * Runs one turn until the last stage asks for no more tools and its last message fits the output schema. The last event
 * is `turn.completed`. A preparing stage that fails is told, and the next one goes on with what it has.
 *
 * @throws CodexError `provider.*`, `thread.*`, `budget.*`; the abort reason
 */
export async function* runTurn(turn: Turn, deps: TurnDeps, signal: AbortSignal): AsyncGenerator<ThreadEvent> {
  const state = beginState(turn)
  for (const item of turn.input) yield { type: 'response_item', item }
  // Not before: what was asked is kept, however early the turn is stopped.
  signal.throwIfAborted()
  if (turn.compaction)
    yield* (await import('./compact-thread.ts')).compactThread(turn.compaction, state, turn, deps, signal)
  for (const stage of turn.compaction ? [] : turn.stages) {
    try {
      yield* runStage(stage, state, turn, deps, signal)
    } catch (error) {
      if (signal.aborted || !stage.preparing) throw error
      const message = error instanceof Error ? error.message : String(error)
      yield deps.ledger.add({ type: 'error', message })
    }
  }
  if (!state.isStopAsked) yield* askToStop(state, deps, { canGoOn: false }, signal)
  yield* deps.tools.ended()
  if (deps.lastItems) yield* deps.lastItems()
  yield* deps.ledger.closeTurn()
  const { usage, lastMessage } = state
  yield { type: 'turn.completed', usage, ...(lastMessage !== undefined && { last_agent_message: lastMessage }) }
}

async function* runStage(
  stage: TurnStage,
  state: TurnState,
  turn: Turn,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  const seat = takeSeat(stage)
  // A playbook's steps are written down: what they repeat is meant.
  const newLoops = () => watchLoops(stage.provider.modelFree ? undefined : turn.loopLimits)
  const takesMessages = !stage.preparing && !stage.provider.modelFree
  let loops = newLoops()
  let isRepairing = false
  for (;;) {
    // What repeats itself from here on does so for another reason.
    if (takesMessages && (yield* takeMessages(state, deps, { isLast: false }, signal))) loops = newLoops()
    const answer = yield* nextAnswer(seat, state, turn, deps, signal)
    if (!stage.preparing && answer.text !== undefined) state.lastMessage = answer.text
    if (answer.calls.length > 0) {
      state.history.push(...(yield* runCalls(answer.calls, { tools: deps.tools, loops, trace: deps.trace }, signal)))
      yield* countBesides(state, deps)
      continue
    }
    const problems = stage.preparing ? [] : (deps.checkOutput?.(answer.text ?? '') ?? [])
    const isLast = problems.length === 0
    if (isLast && takesMessages && (yield* askToStop(state, deps, { canGoOn: true }, signal))) {
      loops = newLoops()
      continue
    }
    if (takesMessages && (yield* takeMessages(state, deps, { isLast }, signal))) {
      loops = newLoops()
      continue
    }
    if (problems.length === 0) return
    // A playbook would only carry out its steps again.
    if (seat.model.provider.modelFree)
      throw doesNotFit(problems, 'A playbook writes a report: use a model for JSON, or leave --output-schema out.')
    if (isRepairing)
      throw doesNotFit(
        problems,
        'Resume the thread and say what is missing, make the schema simpler, or use another model.',
      )
    isRepairing = true
    const item = repairMessage(problems)
    state.history.push(item)
    yield { type: 'response_item', item }
  }
}

/** What others used while calls ran, such as the agent that answers what would be asked of a person. */
function* countBesides(state: TurnState, { usedBesides }: TurnDeps): Generator<ThreadEvent> {
  const used = usedBesides?.()
  if (!used) return
  state.usage = addUsage(state.usage, used)
  yield { type: 'usage', total: state.usage, last: used }
}

function repairMessage(problems: readonly string[]): HistoryItem {
  const list = problems.map((problem) => `- ${problem}`).join('\n')
  const text = `Your last message does not fit the JSON Schema that was asked for:\n${list}\nAnswer again with the whole JSON document and nothing else: no text around it, no code fence.`
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
}

function doesNotFit(problems: readonly string[], hint: string): CodexError {
  return new CodexError(
    'thread.output_schema',
    `The last message does not fit the output schema: ${problems.join('; ')}`,
    { hint },
  )
}
