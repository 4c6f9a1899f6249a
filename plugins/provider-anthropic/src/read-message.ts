import {
  BrokenStream,
  CodexError,
  contextFull,
  type HistoryItem,
  incompleteAnswer,
  joinDeltas,
  type ModelEvent,
  type PausedAnswer,
  quotaSpent,
  type Usage,
  z,
} from 'codex-kernel/plugin-api'
import { errorReason } from './read-error.ts'

const count = z.number().nonnegative().nullish()
const usageSchema = z.object({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
  output_tokens_details: z.object({ thinking_tokens: count }).nullish().catch(undefined),
})
const text = z.string().catch('')
const index = z.int().nonnegative()
/** The events that are used, of "Streaming messages"; others are passed over, as the API asks for. */
const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ usage: usageSchema.nullish() }) }),
  z.object({
    type: z.literal('content_block_start'),
    index,
    content_block: z.looseObject({ type: z.string(), text, thinking: text, data: text, id: text, name: text }),
  }),
  z.object({
    type: z.literal('content_block_delta'),
    index,
    delta: z.looseObject({ type: z.string(), text, thinking: text, signature: text, partial_json: text }),
  }),
  z.object({ type: z.literal('content_block_stop'), index }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: usageSchema.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
  z.object({ type: z.literal('error'), error: z.object({ type: text, message: text }) }),
])
type StreamEvent = z.infer<typeof eventSchema>

/** A block of which all but the end has come. */
interface OpenBlock {
  readonly type: string
  readonly id: string
  readonly name: string
  text: string
  signature: string
}

/** What of one message has come so far. */
interface Message {
  readonly model: string
  readonly blocks: Map<number, OpenBlock>
  stopReason: string | undefined
  isEnded: boolean
  usage: z.infer<typeof usageSchema>
}

/**
 * Reads the events of one message and gives its items in the shapes of the Responses API; thinking is reasoning whose
 * signature is the sealed content. @throws CodexError, BrokenStream: the message failed or is cut short
 */
export async function* readMessage(
  batches: AsyncIterable<readonly unknown[]>,
  model: string,
): AsyncGenerator<ModelEvent | PausedAnswer> {
  const message: Message = { model, blocks: new Map(), stopReason: undefined, isEnded: false, usage: {} }
  for await (const batch of batches) {
    yield* joinDeltas(takeBatch(batch, message))
    if (!message.isEnded) continue
    yield end(message)
    return
  }
  throw new BrokenStream('stream closed before message_stop')
}

function* takeBatch(batch: readonly unknown[], message: Message): Generator<ModelEvent> {
  for (const payload of batch) {
    const event = parseEvent(payload)
    const said = event && takeEvent(event, message)
    if (said) yield said
  }
}

function parseEvent(payload: unknown): StreamEvent | undefined {
  const event = eventSchema.safeParse(payload)
  if (event.success) return event.data
  const isKnown = eventSchema.options.some((option) => option.shape.type.value === typeOf(payload))
  if (!isKnown) return undefined
  throw new BrokenStream('the provider sent an event that cannot be read', {
    code: 'provider.response',
    cause: event.error,
  })
}

function typeOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : undefined
}

function takeEvent(event: StreamEvent, message: Message): ModelEvent | undefined {
  switch (event.type) {
    case 'message_start':
      message.usage = event.message.usage ?? {}
      return undefined
    case 'content_block_start': {
      const { type, text: said, thinking, data, id, name } = event.content_block
      message.blocks.set(event.index, { type, id, name, text: said || thinking, signature: data })
      return undefined
    }
    case 'content_block_delta':
      return takeDelta(event.delta, message.blocks.get(event.index))
    case 'content_block_stop': {
      const block = message.blocks.get(event.index)
      message.blocks.delete(event.index)
      return block && blockEvent(block, message.model)
    }
    case 'message_delta':
      message.stopReason = event.delta.stop_reason ?? message.stopReason
      message.usage = { ...message.usage, ...withoutGaps(event.usage ?? {}) }
      return undefined
    case 'error':
      throw streamFailure(event.error.type, event.error.message)
    case 'message_stop':
      message.isEnded = true
      return undefined
  }
}

function takeDelta(
  delta: Extract<StreamEvent, { type: 'content_block_delta' }>['delta'],
  block: OpenBlock | undefined,
): ModelEvent | undefined {
  if (!block) return undefined
  block.text += delta.text + delta.thinking + delta.partial_json
  block.signature += delta.signature
  if (delta.type === 'text_delta') return { type: 'text_delta', delta: delta.text }
  return delta.type === 'thinking_delta' ? { type: 'reasoning_delta', delta: delta.thinking } : undefined
}

function blockEvent(block: OpenBlock, model: string): ModelEvent | undefined {
  const give = (item: HistoryItem): ModelEvent => ({ type: 'item', item })
  const sealed = { encrypted_content: block.signature, model }
  switch (block.type) {
    case 'text':
      if (block.text === '') return undefined
      return give({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: block.text }] })
    case 'thinking': {
      const summary = block.text === '' ? [] : [{ type: 'summary_text' as const, text: block.text }]
      return give({ type: 'reasoning', summary, ...sealed })
    }
    case 'redacted_thinking':
      return give({ type: 'reasoning', summary: [], ...sealed, redacted: true })
    case 'tool_use':
      return give({ type: 'function_call', name: block.name, arguments: block.text || '{}', call_id: block.id })
    default:
      return {
        type: 'notice',
        message: `The provider sent content of type "${block.type}", which this program does not use.`,
      }
  }
}

/** @throws CodexError for an answer that is not whole; BrokenStream where it was cut off */
function end({ stopReason, usage }: Message): ModelEvent | PausedAnswer {
  switch (stopReason) {
    case undefined:
      throw new BrokenStream('stream closed before the message had an end')
    case 'max_tokens':
      throw incompleteAnswer('max_output_tokens')
    case 'model_context_window_exceeded':
      throw contextFull()
    case 'refusal':
      throw incompleteAnswer('refusal')
    case 'pause_turn':
      return { type: 'paused', usage: readUsage(usage) }
    default:
      return { type: 'completed', usage: readUsage(usage) }
  }
}

/** What an `error` event means: a CodexError, or a BrokenStream where another try may do. */
function streamFailure(type: string, message: string): CodexError | BrokenStream {
  const reason = errorReason(type, message)
  if (reason === 'context_length') return contextFull()
  if (reason === 'quota') return quotaSpent()
  const said = message || type || 'the provider gave no reason'
  const isFinal = /^(?:invalid_request|authentication|permission|not_found)_error$/.test(type)
  if (!isFinal) return new BrokenStream(said)
  return new CodexError('provider.request', said, { hint: `The provider refused the request (${type}).` })
}

/** The API counts what it read from its cache, and wrote to it, beside what is new. */
function readUsage(usage: z.infer<typeof usageSchema>): Usage {
  const read = usage.cache_read_input_tokens ?? 0
  const written = usage.cache_creation_input_tokens ?? 0
  return {
    input_tokens: (usage.input_tokens ?? 0) + read + written,
    cached_input_tokens: read,
    cache_write_input_tokens: written,
    output_tokens: usage.output_tokens ?? 0,
    reasoning_output_tokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  }
}

function withoutGaps<T extends object>(value: T): Partial<T> {
  const entries = Object.entries(value).filter(([, each]) => each !== null && each !== undefined)
  return Object.fromEntries(entries) as Partial<T> // some of its entries
}
