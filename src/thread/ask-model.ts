import {
  type AgentMessageItem,
  agentMessageText,
  type HistoryItem,
  type HostedItem,
  type ModelEvent,
  type ModelRequest,
  type ThreadEvent,
  type ToolCallItem,
  type ToolSpec,
  type Usage,
} from '../plugin-api/index.ts'
import type { ItemLedger } from '../tools/index.ts'
import { withoutSealedArguments } from '../tools/sealed-arguments.ts'
import { noUsage } from './no-usage.ts'
import type { ConnectedModel, Turn } from './turn.ts'

/** What a model gave to one request. */
export interface ModelAnswer {
  readonly calls: readonly ToolCallItem[]
  readonly usage: Usage
  /** The last message. */
  readonly text: string | undefined
}

/**
 * Puts one request to a model and shows what comes, silently where `isHidden` (but for retries).
 *
 * @param said gets the items of the answer as they come, also where the request fails in the end
 * @throws CodexError `provider.*`; the abort reason
 */
export async function* askModel(
  model: ConnectedModel,
  request: ModelRequest,
  said: HistoryItem[],
  {
    ledger,
    isHidden,
    isRaw = false,
    told,
  }: {
    readonly ledger: ItemLedger
    readonly isHidden: boolean
    readonly isRaw?: boolean
    /** Of each event of the model, before it is shown. */
    readonly told?: ((event: ModelEvent) => void) | undefined
  },
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ModelAnswer> {
  const provider = model.context.settings.id
  let usage = noUsage
  let text: string | undefined
  // The place in the history is one key for a message's deltas and for the whole message after them.
  const place = () => `${request.turnId}:${request.input.length + said.length}`
  let partial = ''
  try {
    for await (const event of model.provider.stream(request, model.context, signal)) {
      signal.throwIfAborted()
      told?.(event)
      if (!isHidden || event.type === 'retry') yield* shown(event, ledger, place(), isRaw)
      if (event.type === 'text_delta') partial += event.delta
      if (event.type === 'completed') usage = event.usage
      if (event.type !== 'item') continue
      if (event.item.type === 'message') partial = ''
      said.push(isOwned(event.item) ? { ...event.item, provider } : event.item)
      if (event.item.type === 'message') text = messageText(event.item)
    }
  } catch (error) {
    const begun = signal.aborted && !isHidden ? partialMessage(partial) : undefined
    if (begun) {
      yield* shown({ type: 'item', item: begun }, ledger, place(), isRaw)
      said.push(begun)
    }
    throw error
  }
  return { calls: said.filter(isToolCall), usage, text }
}

/** A message as far as it was said when the turn was stopped; without its last word, which may be half a credential. */
function partialMessage(text: string): Extract<HistoryItem, { type: 'message' }> | undefined {
  const whole = text.replace(/\S*$/, '').trimEnd()
  if (whole === '') return undefined
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: whole }] }
}

/** A request for the next answer of a turn. What belongs to another provider is left out: sealed reasoning, searches of its server. */
export function requestOf(
  turn: Turn,
  model: ConnectedModel,
  history: readonly HistoryItem[],
  tools: readonly ToolSpec[],
): ModelRequest {
  const provider = model.context.settings.id
  return {
    threadId: turn.threadId,
    turnId: turn.turnId,
    model: model.model,
    modelInfo: model.modelInfo,
    input: history.flatMap((item) => readableBy(provider, item)),
    tools,
    parallelToolCalls: true,
    task: turn.task,
    ...(model.reasoning && { reasoning: model.reasoning }),
    ...(model.verbosity && { verbosity: model.verbosity }),
    ...(turn.serviceTier !== undefined && { serviceTier: turn.serviceTier }),
    ...(turn.webSearch && tools.length > 0 && { webSearch: turn.webSearch }),
    ...(turn.outputSchema && { outputSchema: turn.outputSchema }),
    ...(turn.agent && { agent: turn.agent }),
  }
}

function readableBy(provider: string, item: HistoryItem): readonly HistoryItem[] {
  if (!isOwned(item)) return [item]
  const { provider: owner = provider, ...own } = item
  if (owner === provider) return [own]
  if (own.type === 'function_call') return [withoutSealedArguments(own)]
  if (own.type === 'agent_message') return [ofOtherProvider(own, owner)]
  return []
}

/** A message between agents that is not sealed everybody can read. @throws CodexError `provider.sealed` */
function ofOtherProvider(message: AgentMessageItem, owner: string): AgentMessageItem {
  agentMessageText(message, owner)
  return message
}

type OwnedItem = HostedItem | AgentMessageItem | Extract<HistoryItem, { type: 'reasoning' | 'function_call' }>

/** What every provider can be told. */
const plainTypes: ReadonlySet<HistoryItem['type']> = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
])

/** True for what only the provider that it came from can read. */
function isOwned(item: HistoryItem): item is OwnedItem {
  return !plainTypes.has(item.type) || (item.type === 'function_call' && item.sealed !== undefined)
}

/** What people see of a model's event. */
function* shown(event: ModelEvent, ledger: ItemLedger, place: string, isRaw: boolean): Generator<ThreadEvent> {
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
    case 'web_search': {
      const { query, action, done } = event
      const item = { type: 'web_search' as const, query, ...(action && { action }) }
      yield ledger.record(`web_search:${event.searchId}`, item, done)
      return
    }
    case 'item': {
      if (event.item.type === 'message') {
        const text = messageText(event.item)
        if (text !== '') yield ledger.record(`message:${place}`, { type: 'agent_message', text }, true)
      }
      if (event.item.type === 'reasoning') {
        const text =
          (isRaw && rawReasoning(event.item.content)) || event.item.summary.map((part) => part.text).join('\n\n')
        if (text !== '') yield ledger.record(`reasoning:${place}`, { type: 'reasoning', text }, true)
      }
      return
    }
    default:
      return
  }
}

/** What the model thought, as servers that do not hide it say it; empty where they do. */
function rawReasoning(content: unknown): string {
  if (!Array.isArray(content)) return ''
  return content.map((part: { readonly text?: unknown }) => String(part?.text ?? '')).join('')
}

function isToolCall(item: HistoryItem): item is ToolCallItem {
  return item.type === 'function_call' || item.type === 'custom_tool_call'
}

function messageText(item: Extract<HistoryItem, { type: 'message' }>): string {
  return item.content.map((part) => ('text' in part ? part.text : '')).join('')
}
