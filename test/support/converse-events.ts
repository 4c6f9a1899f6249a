import { EventStreamCodec } from '@smithy/eventstream-codec'
import { type ModelTurn, textDeltas } from './model-turn.ts'
import type { WireEvent } from './responses-events.ts'
import { resolveCall } from './scripted-call.ts'

/** The events of one turn as ConverseStream of Amazon Bedrock has them; the type is the event's name. */
export function* converseEvents(turn: ModelTurn, number: number, body: Record<string, unknown>): Generator<WireEvent> {
  yield { type: 'messageStart', role: 'assistant' }
  let contentBlockIndex = 0
  const block = function* (start: object | undefined, deltas: readonly object[]): Generator<WireEvent> {
    if (start) yield { type: 'contentBlockStart', contentBlockIndex, start }
    for (const delta of deltas) yield { type: 'contentBlockDelta', contentBlockIndex, delta }
    yield { type: 'contentBlockStop', contentBlockIndex }
    contentBlockIndex += 1
  }
  if (turn.reasoning !== undefined) {
    yield* block(undefined, [
      { reasoningContent: { text: turn.reasoning } },
      { reasoningContent: { signature: `signed-${number}` } },
    ])
  }
  const texts = textDeltas(turn)
  if (texts.length > 0) {
    yield* block(
      undefined,
      texts.map((text) => ({ text })),
    )
  }
  const { tools = [] } = (body.toolConfig ?? {}) as { readonly tools?: readonly unknown[] } // as the API has it
  for (const [place, call] of (turn.calls ?? []).entries()) {
    const { name, callId: toolUseId, ...given } = resolveCall(call, `tooluse_${number}_${place}`, tools)
    const json = given.kind === 'custom' ? JSON.stringify({ input: given.input }) : given.arguments
    const half = Math.ceil(json.length / 2)
    yield* block(
      { toolUse: { toolUseId, name } },
      [json.slice(0, half), json.slice(half)].map((input) => ({ toolUse: { input } })),
    )
  }
  const { failure, usage = {} } = turn
  if (failure?.kind === 'error' || failure?.kind === 'failed') {
    yield { type: failure.code, exception: true, message: failure.message }
    return
  }
  const stop = failure?.kind === 'incomplete' ? failure.reason : (turn.calls ?? []).length > 0 ? 'tool_use' : 'end_turn'
  yield { type: 'messageStop', stopReason: stop }
  const { input = 10, cached = 0, written = 0, output = 5 } = usage
  yield {
    type: 'metadata',
    usage: {
      inputTokens: input - cached - written,
      outputTokens: output,
      totalTokens: input + output,
      cacheReadInputTokens: cached,
      cacheWriteInputTokens: written,
    },
    metrics: { latencyMs: 1 },
  }
}

/** One message of an event stream (AWS, "Event stream encoding"). */
export function converseFrame({ type, exception, ...payload }: WireEvent): Uint8Array {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  )
  const kind = exception ? 'exception' : 'event'
  const header = (value: string) => ({ type: 'string' as const, value })
  return codec.encode({
    headers: {
      [`:${kind}-type`]: header(type),
      ':content-type': header('application/json'),
      ':message-type': header(kind),
    },
    body: Buffer.from(JSON.stringify(payload)),
  })
}
