import type {
  AgentDefinition,
  HistoryItem,
  ModelEvent,
  ModelInfo,
  ModelRequest,
  Provider,
  ProviderContext,
  ThreadEvent,
  ToolCallItem,
  ToolCallOutputItem,
  ToolSpec,
  Usage,
} from '../plugin-api/index.ts'
import { CodexError } from '../plugin-api/index.ts'
import type { ItemLedger, ToolStreamEvent } from '../tools/index.ts'
import { mergeStreams } from './merge-streams.ts'
import { noUsage } from './no-usage.ts'

/** Who answers: one provider until it asks for no more tools. */
export interface TurnStage {
  readonly provider: Provider
  readonly context: ProviderContext
  readonly model: string
  /** What is known of it. */
  readonly modelInfo: ModelInfo
  readonly reasoning?: ModelRequest['reasoning']
  readonly verbosity?: string
  /** True where the model understands freeform tools. */
  readonly freeformTools: boolean
  /** A preparing stage gathers tool results for the next one; what it says itself is dropped. */
  readonly preparing: boolean
}

export interface Turn {
  readonly threadId: string
  readonly turnId: string
  /** Everything before this turn, the base prompt included. */
  readonly history: readonly HistoryItem[]
  /** What this turn adds: instructions that are new, and the user's message. */
  readonly input: readonly HistoryItem[]
  readonly stages: readonly TurnStage[]
  readonly task: ModelRequest['task']
  readonly agent?: AgentDefinition
  readonly outputSchema?: ModelRequest['outputSchema']
  /** Model requests that the turn may make; absent: no bound. */
  readonly maxIterations?: number
  /** Tokens of the thread's earlier turns. */
  readonly usageBefore: Usage
}

export interface TurnTools {
  /** What the next request names: a call may have found more. */
  specs(freeform: boolean): Promise<readonly ToolSpec[]>
  /** True where the call may run beside others of its response. */
  isParallel(call: ToolCallItem): Promise<boolean>
  dispatch(call: ToolCallItem, signal: AbortSignal): AsyncGenerator<ToolStreamEvent, ToolCallOutputItem>
}

export interface TurnDeps {
  readonly tools: TurnTools
  readonly ledger: ItemLedger
}

/**
 * Runs one turn until the last stage asks for no more tools. The last event is `turn.completed`. A preparing stage that
 * fails is told, and the next one goes on with what it has.
 *
 * @throws CodexError `provider.*`, `thread.iterations`; the abort reason
 */
export async function* runTurn(turn: Turn, deps: TurnDeps, signal: AbortSignal): AsyncGenerator<ThreadEvent> {
  const state: TurnState = { history: [...turn.history, ...turn.input], usage: turn.usageBefore, requests: 0 }
  for (const item of turn.input) yield { type: 'response_item', item }
  for (const stage of turn.stages) {
    try {
      yield* runStage(stage, state, turn, deps, signal)
    } catch (error) {
      if (signal.aborted || !stage.preparing) throw error
      const message = error instanceof Error ? error.message : String(error)
      yield deps.ledger.add({ type: 'error', message })
    }
  }
  yield* deps.ledger.closeTurn()
  const { usage, lastMessage } = state
  yield { type: 'turn.completed', usage, ...(lastMessage !== undefined && { last_agent_message: lastMessage }) }
}

/** What grows while a turn runs. */
interface TurnState {
  readonly history: HistoryItem[]
  usage: Usage
  requests: number
  lastMessage?: string
}

async function* runStage(
  stage: TurnStage,
  state: TurnState,
  turn: Turn,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  for (;;) {
    state.requests += 1
    if (turn.maxIterations !== undefined && state.requests > turn.maxIterations) {
      throw tooManyRequests(turn.maxIterations)
    }
    const tools = await deps.tools.specs(stage.freeformTools)
    const answer = yield* askModel(stage, requestOf(turn, stage, state.history, tools), deps.ledger, signal)
    state.usage = addUsage(state.usage, answer.usage)
    if (!stage.provider.modelFree) yield { type: 'usage', total: state.usage, last: answer.usage }
    if (answer.text !== undefined) state.lastMessage = answer.text
    for (const item of answer.items) {
      if (stage.preparing && item.type === 'message') continue
      state.history.push(item)
      yield { type: 'response_item', item }
    }
    if (answer.calls.length === 0) return
    state.history.push(...(yield* runCalls(answer.calls, deps.tools, signal)))
  }
}

interface ModelAnswer {
  readonly items: readonly HistoryItem[]
  readonly calls: readonly ToolCallItem[]
  readonly usage: Usage
  readonly text: string | undefined
}

async function* askModel(
  stage: TurnStage,
  request: ModelRequest,
  ledger: ItemLedger,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ModelAnswer> {
  const items: HistoryItem[] = []
  let usage = noUsage
  let text: string | undefined
  for await (const event of stage.provider.stream(request, stage.context, signal)) {
    signal.throwIfAborted()
    // The place in the history is one key for a message's deltas and for the whole message after them.
    const place = `${request.turnId}:${request.input.length + items.length}`
    if (!stage.preparing || event.type === 'retry') yield* shown(event, ledger, place)
    if (event.type === 'completed') usage = event.usage
    if (event.type !== 'item') continue
    items.push(event.item)
    if (event.item.type === 'message') text = messageText(event.item)
  }
  return { items, calls: items.filter(isToolCall), usage, text: stage.preparing ? undefined : text }
}

/** What people see of a model's event. */
function* shown(event: ModelEvent, ledger: ItemLedger, place: string): Generator<ThreadEvent> {
  switch (event.type) {
    case 'text_delta':
      yield ledger.delta(`message:${place}`, event.delta)
      return
    case 'retry':
      yield { type: 'error', message: event.message }
      return
    case 'notice':
      yield ledger.record(`notice:${place}:${event.message}`, { type: 'notice', message: event.message }, true)
      return
    case 'item': {
      if (event.item.type === 'message') {
        const text = messageText(event.item)
        if (text !== '') yield ledger.record(`message:${place}`, { type: 'agent_message', text }, true)
      }
      if (event.item.type === 'reasoning') {
        const text = event.item.summary.map((part) => part.text).join('\n\n')
        if (text !== '') yield ledger.record(`reasoning:${place}`, { type: 'reasoning', text }, true)
      }
      return
    }
    default:
      return
  }
}

/** Calls whose tools allow it run together; the others one after the other, in order. */
async function* runCalls(
  calls: readonly ToolCallItem[],
  tools: TurnTools,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, readonly ToolCallOutputItem[]> {
  const run = (call: ToolCallItem) => runCall(call, tools, signal)
  const outputs: ToolCallOutputItem[] = []
  let together: ToolCallItem[] = []
  for (const call of calls) {
    if (await tools.isParallel(call)) {
      together.push(call)
      continue
    }
    outputs.push(...(yield* mergeStreams(together.map(run))))
    together = []
    outputs.push(yield* run(call))
  }
  outputs.push(...(yield* mergeStreams(together.map(run))))
  return outputs
}

/** Keeps what a call gave as soon as it is there: an interruption of the next call does not make it unsaid. */
async function* runCall(
  call: ToolCallItem,
  tools: TurnTools,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ToolCallOutputItem> {
  const output = yield* tools.dispatch(call, signal)
  yield { type: 'response_item', item: output }
  return output
}

function requestOf(
  turn: Turn,
  stage: TurnStage,
  history: readonly HistoryItem[],
  tools: readonly ToolSpec[],
): ModelRequest {
  return {
    threadId: turn.threadId,
    turnId: turn.turnId,
    model: stage.model,
    modelInfo: stage.modelInfo,
    input: [...history],
    tools,
    parallelToolCalls: true,
    task: turn.task,
    ...(stage.reasoning && { reasoning: stage.reasoning }),
    ...(stage.verbosity && { verbosity: stage.verbosity }),
    ...(turn.outputSchema && { outputSchema: turn.outputSchema }),
    ...(turn.agent && { agent: turn.agent }),
  }
}

function isToolCall(item: HistoryItem): item is ToolCallItem {
  return item.type === 'function_call' || item.type === 'custom_tool_call'
}

function messageText(item: Extract<HistoryItem, { type: 'message' }>): string {
  return item.content.map((part) => ('text' in part ? part.text : '')).join('')
}

function addUsage(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    cached_input_tokens: a.cached_input_tokens + b.cached_input_tokens,
    cache_write_input_tokens: a.cache_write_input_tokens + b.cache_write_input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    reasoning_output_tokens: a.reasoning_output_tokens + b.reasoning_output_tokens,
  }
}

function tooManyRequests(limit: number): CodexError {
  return new CodexError('thread.iterations', `The turn made ${limit} model requests, which is its limit`, {
    hint: "Raise max_iterations in the agent's file, or ask for less at once.",
  })
}
