import { type ModelTurn, textDeltas } from './model-turn.ts'
import type { WireEvent } from './responses-events.ts'
import { resolveCall } from './scripted-call.ts'

/** The chunks of one streamed answer of the Chat Completions API. Arguments of a call come in two pieces, as servers do. */
export function* chatChunks(turn: ModelTurn, number: number, body: Record<string, unknown>): Generator<WireEvent> {
  const chunk = (delta: object, finishReason: string | null = null): WireEvent => ({
    type: 'chunk',
    id: `chatcmpl-${number}`,
    object: 'chat.completion.chunk',
    model: body.model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  })
  yield chunk({ role: 'assistant', content: '' })
  if (turn.reasoning !== undefined) yield chunk({ reasoning_content: turn.reasoning })
  for (const content of textDeltas(turn)) yield chunk({ content })
  const tools = Array.isArray(body.tools) ? body.tools : []
  for (const [index, scripted] of (turn.calls ?? []).entries()) {
    const call = resolveCall(scripted, `call_${number}_${index}`, tools)
    const text = call.kind === 'custom' ? JSON.stringify({ input: call.input }) : call.arguments
    const middle = Math.ceil(text.length / 2)
    const start = { name: call.name, arguments: text.slice(0, middle) }
    yield chunk({ tool_calls: [{ index, id: call.callId, type: 'function', function: start }] })
    yield chunk({ tool_calls: [{ index, function: { arguments: text.slice(middle) } }] })
  }
  const { failure } = turn
  if (failure?.kind === 'failed' || failure?.kind === 'error') {
    yield { type: 'chunk', error: { code: failure.code, message: failure.message } }
    return
  }
  if (failure?.kind === 'incomplete') yield chunk({}, failure.reason)
  else yield chunk({}, turn.calls?.length ? 'tool_calls' : 'stop')
  const { input = 0, cached = 0, output = 0, reasoning = 0 } = turn.usage ?? {}
  const usage = {
    prompt_tokens: input,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens: output,
    completion_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
  yield { type: 'chunk', id: `chatcmpl-${number}`, object: 'chat.completion.chunk', choices: [], usage }
}
