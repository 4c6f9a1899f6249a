import {
  BrokenStream,
  type HistoryItem,
  incompleteAnswer,
  type ModelEvent,
  type ToolSpec,
  type Usage,
} from 'codex-kernel/plugin-api'
import { gotItems } from './got-items.ts'
import { isRecord } from './is-record.ts'
import { streamFailure } from './stream-failure.ts'

/**
 * Reads the events of one response of the Responses API. Text deltas that came together are given as one, an item that comes twice
 * once. Text that no item holds in the end is a message; a call that never came whole breaks the answer. Events that
 * are not used, or not known yet, are passed over. @throws CodexError, BrokenStream: the response failed or is cut short
 */
export async function* readResponses(
  batches: AsyncIterable<readonly unknown[]>,
  tools: readonly ToolSpec[],
): AsyncGenerator<ModelEvent> {
  const got = gotItems()
  for await (const batch of batches) {
    let text = ''
    for (const payload of batch) {
      const event = asRecord(payload)
      if (event?.type === 'response.output_text.delta' || event?.type === 'response.refusal.delta') {
        text += String(event.delta ?? '')
        got.takeText(String(event.delta ?? ''))
        continue
      }
      if (text !== '') yield { type: 'text_delta', delta: text }
      text = ''
      if (!event || !got.isNew(event)) continue
      if (endTypes.has(event.type)) {
        const response = asRecord(event.response)
        const failure = failureOf(event)
        if (failure instanceof BrokenStream) throw failure
        for (const item of got.late(failure ? undefined : response?.output)) yield await itemEvent(item, tools)
        if (failure) throw failure
        got.assertWhole()
        yield { type: 'completed', usage: readUsage(response?.usage) }
        return
      }
      for (const said of await readEvent(event, tools)) yield said
    }
    if (text !== '') yield { type: 'text_delta', delta: text }
  }
  throw new BrokenStream('stream closed before response.completed')
}

const endTypes: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/** Undefined where it ended well. Some servers say in the response, and not in the event, how it ended. */
function failureOf({ type, response: value }: Readonly<Record<string, unknown>>): Error | undefined {
  const response = asRecord(value)
  const ends = [type, `response.${response?.status}`]
  if (ends.includes('response.failed')) {
    const error = asRecord(response?.error)
    return streamFailure(asText(error?.code), asText(error?.message))
  }
  if (!ends.includes('response.incomplete')) return undefined
  return incompleteAnswer(asText(asRecord(response?.incomplete_details)?.reason) ?? 'unknown')
}

async function readEvent(
  event: Readonly<Record<string, unknown>>,
  tools: readonly ToolSpec[],
): Promise<readonly ModelEvent[]> {
  switch (event.type) {
    case 'response.output_item.added':
      return searchEvents(event.item, false)
    case 'response.output_item.done':
      return [...searchEvents(event.item, true), await itemEvent(event.item, tools)]
    case 'response.reasoning_summary_text.delta':
      return [{ type: 'reasoning_delta', delta: String(event.delta ?? '') }]
    case 'response.reasoning_summary_part.added':
      return Number(event.summary_index) > 0 ? [{ type: 'reasoning_delta', delta: '\n\n' }] : []
    case 'error': {
      const error = asRecord(event.error) ?? event
      throw streamFailure(
        asText(error.code) ?? asText(error.type === 'error' ? undefined : error.type),
        asText(error.message),
      )
    }
    default:
      return []
  }
}

/** How a search of the server is shown; any other item is not, here. */
function searchEvents(value: unknown, done: boolean): readonly ModelEvent[] {
  const item = asRecord(value)
  if (item?.type !== 'web_search_call') return []
  const { type, ...more } = asRecord(item.action) ?? {}
  const [first] = Array.isArray(more.queries) ? more.queries : []
  const query = asText(more.query) ?? asText(more.url) ?? asText(first) ?? ''
  const action = asText(type)
  const search = { type: 'web_search' as const, searchId: asText(item.id) ?? '', done, query }
  return [action === undefined ? search : { ...search, action: { type: action, ...more } }]
}

async function itemEvent(value: unknown, tools: readonly ToolSpec[]): Promise<ModelEvent> {
  const shellCall = await shellCallOf(value, tools)
  if (shellCall) return { type: 'item', item: shellCall }
  const plain = withoutRefusals(value)
  if (isFunctionCall(plain)) return { type: 'item', item: withSeals(plain, tools) }
  if (isPlainMessage(plain)) return { type: 'item', item: plain }
  // Making the schemas takes longer than all else of a short answer: plain text and calls do without.
  const { checkItem } = await import('./check-item.ts')
  return checkItem(plain)
}

/** Few models have a shell of their own. */
async function shellCallOf(value: unknown, tools: readonly ToolSpec[]): Promise<HistoryItem | undefined> {
  if (asRecord(value)?.type !== 'local_shell_call') return undefined
  const { fromLocalShellCall } = await import('./local-shell-call.ts')
  return fromLocalShellCall(value, tools)
}

/** True for what the schema of a message lets pass as it is: text alone. */
function isPlainMessage(value: unknown): value is HistoryItem {
  const item = asRecord(value)
  return (
    item?.type === 'message' &&
    item.role === 'assistant' &&
    Array.isArray(item.content) &&
    item.content.every((part) => {
      const { type, text } = asRecord(part) ?? {}
      return type === 'output_text' && typeof text === 'string'
    })
  )
}

type FunctionCallItem = Extract<HistoryItem, { type: 'function_call' }>

/** True for what the schema of a call lets pass as it is. */
function isFunctionCall(value: unknown): value is FunctionCallItem {
  const { type, name, arguments: given, call_id } = asRecord(value) ?? {}
  return type === 'function_call' && [name, given, call_id].every((field) => typeof field === 'string')
}

/** A call says which of its arguments the server was asked to seal. */
function withSeals(call: FunctionCallItem, tools: readonly ToolSpec[]): FunctionCallItem {
  const { name, namespace } = call
  const tool = tools.find(
    (each) => each.type === 'function' && each.name === name && each.namespace?.name === (namespace ?? undefined),
  )
  return tool?.type === 'function' && tool.sealed ? { ...call, sealed: [...tool.sealed] } : call
}

/** A refusal is what the model said: it is kept as text. */
function withoutRefusals(value: unknown): unknown {
  const item = asRecord(value)
  if (item?.type !== 'message' || !Array.isArray(item.content)) return value
  const content = item.content.map((part) => {
    const { type, refusal } = asRecord(part) ?? {}
    return type === 'refusal' ? { type: 'output_text', text: String(refusal ?? '') } : part
  })
  return { ...item, content }
}

/** Zero for what a server does not say. */
function readUsage(value: unknown): Usage {
  const usage = asRecord(value) ?? {}
  const [sent, got] = [asRecord(usage.input_tokens_details) ?? {}, asRecord(usage.output_tokens_details) ?? {}]
  return {
    input_tokens: asCount(usage.input_tokens),
    cached_input_tokens: asCount(sent.cached_tokens),
    cache_write_input_tokens: asCount(sent.cache_write_tokens),
    output_tokens: asCount(usage.output_tokens),
    reasoning_output_tokens: asCount(got.reasoning_tokens),
  }
}

function asCount(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
