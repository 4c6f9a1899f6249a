import { type ModelTurn, textDeltas } from './model-turn.ts'
import type { WireEvent } from './responses-events.ts'
import { resolveCall } from './scripted-call.ts'

/** The events of one turn as the Anthropic Messages API streams them; request number `number` (from 1) names the message. */
export function* anthropicEvents(turn: ModelTurn, number: number, body: Record<string, unknown>): Generator<WireEvent> {
  const { usage = {}, failure } = turn
  const input = usage.input ?? 10
  const message = { id: `msg_${number}`, type: 'message', role: 'assistant', model: body.model, content: [] }
  const started = {
    input_tokens: input - (usage.cached ?? 0) - (usage.written ?? 0),
    cache_read_input_tokens: usage.cached ?? 0,
    cache_creation_input_tokens: usage.written ?? 0,
    output_tokens: 1,
  }
  yield { type: 'message_start', message: { ...message, stop_reason: null, usage: started } }
  yield { type: 'ping' }
  let index = 0
  const block = function* (start: object, deltas: readonly object[]): Generator<WireEvent> {
    yield { type: 'content_block_start', index, content_block: start }
    for (const delta of deltas) yield { type: 'content_block_delta', index, delta }
    yield { type: 'content_block_stop', index }
    index += 1
  }
  if (turn.reasoning !== undefined) {
    yield* block({ type: 'thinking', thinking: '', signature: '' }, [
      { type: 'thinking_delta', thinking: turn.reasoning },
      { type: 'signature_delta', signature: `signed-${number}` },
    ])
  }
  const tools = Array.isArray(body.tools) ? body.tools : []
  const texts = textDeltas(turn)
  if (texts.length > 0) {
    yield* block(
      { type: 'text', text: '' },
      texts.map((text) => ({ type: 'text_delta', text })),
    )
  }
  for (const [place, call] of (turn.calls ?? []).entries()) {
    const { name, callId: id, ...given } = resolveCall(call, `toolu_${number}_${place}`, tools)
    const json = given.kind === 'custom' ? JSON.stringify({ input: given.input }) : given.arguments
    const half = Math.ceil(json.length / 2)
    yield* block(
      { type: 'tool_use', id, name, input: {} },
      [json.slice(0, half), json.slice(half)].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    )
  }
  if (failure?.kind === 'error' || failure?.kind === 'failed') {
    yield { type: 'error', error: { type: failure.code, message: failure.message } }
    return
  }
  const stop = failure?.kind === 'incomplete' ? failure.reason : (turn.calls ?? []).length > 0 ? 'tool_use' : 'end_turn'
  yield { type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: usage.output ?? 5 } }
  yield { type: 'message_stop' }
}
