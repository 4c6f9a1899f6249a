import { type ModelTurn, type ScriptedUsage, textDeltas } from './model-turn.ts'
import { type ResolvedCall, resolveCall } from './scripted-call.ts'

export interface WireEvent {
  readonly type: string
  readonly [key: string]: unknown
}

/** The events of one streamed response of the Responses API, in the order in which a server sends them. */
export function* responsesEvents(turn: ModelTurn, number: number, body: Record<string, unknown>): Generator<WireEvent> {
  const responseId = `resp_${number}`
  const output: Record<string, unknown>[] = []
  const response = (status: string, more: Record<string, unknown> = {}) => ({
    response: { id: responseId, object: 'response', status, model: body.model, output: [...output], ...more },
  })
  let sequence = 0
  const event = (type: string, more: Record<string, unknown>): WireEvent => ({
    type,
    sequence_number: sequence++,
    ...more,
  })
  function* itemEvents(item: Record<string, unknown>, middle: (at: object) => Iterable<WireEvent>, done: object) {
    const at = { output_index: output.length }
    yield event('response.output_item.added', { ...at, item: { ...item, status: 'in_progress' } })
    yield* middle({ ...at, item_id: item.id })
    const finished = { ...item, ...done, status: 'completed' }
    output.push(finished)
    yield event('response.output_item.done', { ...at, item: finished })
  }

  yield event('response.created', response('in_progress'))
  if (turn.reasoning !== undefined) {
    const part = { type: 'summary_text', text: turn.reasoning }
    const item = { id: `rs_${number}`, type: 'reasoning', summary: [], encrypted_content: `sealed-${number}` }
    const raw =
      turn.rawReasoning === undefined ? {} : { content: [{ type: 'reasoning_text', text: turn.rawReasoning }] }
    yield* itemEvents(item, (at) => reasoningEvents(at, part, event), { summary: [part], ...raw })
  }
  if (turn.search !== undefined) {
    const item = { id: `ws_${number}`, type: 'web_search_call' }
    yield* itemEvents(item, () => [], { action: { type: 'search', query: turn.search, queries: [turn.search] } })
  }
  const deltas = textDeltas(turn)
  if (deltas.length > 0) {
    const part = { type: 'output_text', text: deltas.join(''), annotations: [] }
    const item = { id: `msg_${number}`, type: 'message', role: 'assistant', content: [] }
    yield* itemEvents(item, (at) => textEvents(at, deltas, part, event), { content: [part] })
  }
  const tools = Array.isArray(body.tools) ? body.tools : []
  for (const [index, scripted] of (turn.calls ?? []).entries()) {
    const call = resolveCall(scripted, `call_${number}_${index}`, tools)
    const { item, done, field, value } = callItem(call, `fc_${number}_${index}`)
    yield* itemEvents(item, (at) => callEvents(at, field, value, event), done)
  }
  const { failure } = turn
  if (failure?.kind === 'error') {
    yield event('error', { code: failure.code, message: failure.message, param: null })
  } else if (failure?.kind === 'failed') {
    const error = { code: failure.code, message: failure.message }
    yield event('response.failed', response('failed', { error }))
  } else if (failure?.kind === 'incomplete') {
    const more = { incomplete_details: { reason: failure.reason }, usage: responsesUsage(turn.usage) }
    yield event('response.incomplete', response('incomplete', more))
  } else {
    yield event('response.completed', response('completed', { usage: responsesUsage(turn.usage) }))
  }
}

type MakeEvent = (type: string, more: Record<string, unknown>) => WireEvent

function* reasoningEvents(at: object, part: { type: string; text: string }, event: MakeEvent): Generator<WireEvent> {
  const place = { ...at, summary_index: 0 }
  yield event('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } })
  yield event('response.reasoning_summary_text.delta', { ...place, delta: part.text })
  yield event('response.reasoning_summary_text.done', { ...place, text: part.text })
  yield event('response.reasoning_summary_part.done', { ...place, part })
}

function* textEvents(
  at: object,
  deltas: readonly string[],
  part: { type: string; text: string },
  event: MakeEvent,
): Generator<WireEvent> {
  const place = { ...at, content_index: 0 }
  yield event('response.content_part.added', { ...place, part: { ...part, text: '' } })
  for (const delta of deltas) yield event('response.output_text.delta', { ...place, delta })
  yield event('response.output_text.done', { ...place, text: part.text })
  yield event('response.content_part.done', { ...place, part })
}

function* callEvents(at: object, field: 'arguments' | 'input', value: string, event: MakeEvent): Generator<WireEvent> {
  const family = field === 'arguments' ? 'function_call_arguments' : 'custom_tool_call_input'
  yield event(`response.${family}.delta`, { ...at, delta: value })
  yield event(`response.${family}.done`, { ...at, [field]: value })
}

function callItem(call: ResolvedCall, id: string) {
  const shared = { id, name: call.name, call_id: call.callId }
  if (call.kind === 'custom') {
    const item = { ...shared, type: 'custom_tool_call', input: '' }
    return { item, done: { input: call.input }, field: 'input' as const, value: call.input }
  }
  const { namespace } = call
  const item = { ...shared, type: 'function_call', arguments: '', ...(namespace !== undefined && { namespace }) }
  return { item, done: { arguments: call.arguments }, field: 'arguments' as const, value: call.arguments }
}

function responsesUsage(usage: ScriptedUsage = {}) {
  const { input = 0, cached = 0, output = 0, reasoning = 0 } = usage
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
