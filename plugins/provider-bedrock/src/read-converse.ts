import {
  BrokenStream,
  CodexError,
  contextFull,
  type HistoryItem,
  incompleteAnswer,
  joinDeltas,
  type ModelEvent,
  type Usage,
  z,
} from 'codex-kernel/plugin-api'
import type { EventMessage } from './event-messages.ts'
import { errorReason } from './read-error.ts'

const index = z.int().nonnegative()
const count = z.number().nonnegative().nullish()
const optionalText = z.string().optional()
const startSchema = z.object({
  contentBlockIndex: index,
  start: z.object({ toolUse: z.object({ toolUseId: z.string(), name: z.string() }).optional() }),
})
const deltaSchema = z.object({
  contentBlockIndex: index,
  delta: z.object({
    text: optionalText,
    toolUse: z.object({ input: z.string() }).optional(),
    reasoningContent: z
      .object({ text: optionalText, signature: optionalText, redactedContent: optionalText })
      .optional(),
  }),
})
const stopSchema = z.object({ contentBlockIndex: index })
const endSchema = z.object({ stopReason: z.string() })
const metadataSchema = z.object({
  usage: z.object({
    inputTokens: count,
    outputTokens: count,
    cacheReadInputTokens: count,
    cacheWriteInputTokens: count,
  }),
})
const messageSchema = z.object({ message: z.string() })

/** A block of which all but the end has come. */
interface OpenBlock {
  call?: { readonly id: string; readonly name: string }
  isReasoning: boolean
  text: string
  sealed: string
  isRedacted: boolean
}

/** What of one answer has come so far. */
interface Answer {
  readonly model: string
  readonly blocks: Map<number, OpenBlock>
  stopReason: string | undefined
  usage: Usage
}

const noUsage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}

/**
 * Reads the events of one answer of ConverseStream and gives its items in the shapes of the Responses API.
 * @throws CodexError, BrokenStream: the answer failed or is cut short
 */
export async function* readConverse(
  batches: AsyncIterable<readonly EventMessage[]>,
  model: string,
): AsyncGenerator<ModelEvent> {
  const answer: Answer = { model, blocks: new Map(), stopReason: undefined, usage: noUsage }
  for await (const batch of batches) yield* joinDeltas(takeBatch(batch, answer))
  if (answer.stopReason === undefined) throw new BrokenStream('stream closed before messageStop')
  yield { type: 'completed', usage: answer.usage }
}

function* takeBatch(batch: readonly EventMessage[], answer: Answer): Generator<ModelEvent> {
  for (const message of batch) {
    const said = takeMessage(message, answer)
    if (said) yield said
  }
}

/** @throws CodexError, BrokenStream for an exception, an answer that is not whole, and a payload of another shape */
function takeMessage({ name, kind, payload }: EventMessage, answer: Answer): ModelEvent | undefined {
  if (kind === 'exception') throw exceptionFailure(name, messageSchema.safeParse(payload).data?.message ?? '')
  switch (name) {
    case 'contentBlockStart': {
      const { contentBlockIndex, start } = read(startSchema, payload)
      const { toolUse } = start
      if (toolUse) openBlock(answer, contentBlockIndex).call = { id: toolUse.toolUseId, name: toolUse.name }
      return undefined
    }
    case 'contentBlockDelta':
      return takeDelta(read(deltaSchema, payload), answer)
    case 'contentBlockStop': {
      const { contentBlockIndex } = read(stopSchema, payload)
      const block = answer.blocks.get(contentBlockIndex)
      answer.blocks.delete(contentBlockIndex)
      return block && blockEvent(block, answer.model)
    }
    case 'messageStop':
      answer.stopReason = read(endSchema, payload).stopReason
      assertWhole(answer.stopReason)
      return undefined
    case 'metadata': {
      const { usage } = read(metadataSchema, payload)
      const [cached, written] = [usage.cacheReadInputTokens ?? 0, usage.cacheWriteInputTokens ?? 0]
      answer.usage = {
        input_tokens: (usage.inputTokens ?? 0) + cached + written,
        cached_input_tokens: cached,
        cache_write_input_tokens: written,
        output_tokens: usage.outputTokens ?? 0,
        reasoning_output_tokens: 0,
      }
      return undefined
    }
    default:
      return undefined
  }
}

function read<T>(schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  throw new BrokenStream('the provider sent an event that cannot be read', {
    code: 'provider.response',
    cause: parsed.error,
  })
}

/** Blocks of text and of reasoning begin with their first delta. */
function openBlock({ blocks }: Answer, place: number): OpenBlock {
  const block = blocks.get(place) ?? { isReasoning: false, text: '', sealed: '', isRedacted: false }
  blocks.set(place, block)
  return block
}

function takeDelta({ contentBlockIndex, delta }: z.infer<typeof deltaSchema>, answer: Answer): ModelEvent | undefined {
  const block = openBlock(answer, contentBlockIndex)
  const { text, toolUse, reasoningContent: reasoning } = delta
  block.text += text ?? toolUse?.input ?? reasoning?.text ?? ''
  if (reasoning) {
    block.isReasoning = true
    block.sealed += reasoning.signature ?? reasoning.redactedContent ?? ''
    block.isRedacted ||= reasoning.redactedContent !== undefined
  }
  if (text !== undefined) return { type: 'text_delta', delta: text }
  return reasoning?.text === undefined ? undefined : { type: 'reasoning_delta', delta: reasoning.text }
}

function blockEvent({ call, isReasoning, text, sealed, isRedacted }: OpenBlock, model: string): ModelEvent | undefined {
  const give = (item: HistoryItem): ModelEvent => ({ type: 'item', item })
  if (call) return give({ type: 'function_call', name: call.name, arguments: text || '{}', call_id: call.id })
  if (isReasoning) {
    const summary = text === '' ? [] : [{ type: 'summary_text' as const, text }]
    const own = { ...(sealed !== '' && { encrypted_content: sealed }), ...(isRedacted && { redacted: true }), model }
    return give({ type: 'reasoning', summary, ...own })
  }
  if (text === '') return undefined
  return give({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })
}

/** @throws CodexError for an answer that is not whole; BrokenStream where another try may do */
function assertWhole(stopReason: string): void {
  switch (stopReason) {
    case 'max_tokens':
      throw incompleteAnswer('max_output_tokens')
    case 'model_context_window_exceeded':
      throw contextFull()
    case 'content_filtered':
    case 'guardrail_intervened':
      throw incompleteAnswer('content_filter')
    case 'refusal':
      throw incompleteAnswer('refusal')
    case 'malformed_model_output':
    case 'malformed_tool_use':
      throw new BrokenStream(`the model stopped with ${stopReason}`, { code: 'provider.response' })
  }
}

/** What an exception in the stream means: a CodexError, or a BrokenStream where another try may do. */
function exceptionFailure(name: string, message: string): CodexError | BrokenStream {
  const said = [name, message].filter(Boolean).join(': ') || 'the provider gave no reason'
  if (errorReason(name, message) === 'context_length') return contextFull()
  const isFinal = /^(?:validation|accessDenied|resourceNotFound)Exception$/i.test(name)
  if (!isFinal) return new BrokenStream(said)
  return new CodexError('provider.request', said, { hint: 'Check the model and what the account may do with it.' })
}
