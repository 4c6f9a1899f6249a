import {
  BrokenStream,
  type HistoryItem,
  incompleteAnswer,
  type ModelEvent,
  type ModelRequest,
  type Usage,
  z,
} from 'codex-kernel/plugin-api'
import { streamFailure } from './stream-failure.ts'

const text = z.string().nullish()
const deltaSchema = z
  .object({
    content: text,
    refusal: text,
    reasoning_content: text,
    reasoning: text,
    tool_calls: z
      .array(
        z.object({
          index: z.int().nonnegative().optional(),
          id: text,
          function: z.object({ name: text, arguments: text }).nullish(),
        }),
      )
      .nullish(),
  })
  .nullish()
// Some servers send a whole answer as one chunk, in the shape that it has without a stream.
const choiceSchema = z.object({ delta: deltaSchema, message: deltaSchema, finish_reason: text })
const count = z.number().nonnegative().nullish()
const usageSchema = z.object({
  prompt_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish(),
  completion_tokens: count,
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
})
const chunkSchema = z.object({
  id: text,
  choices: z.array(choiceSchema).nullish(),
  usage: usageSchema.nullish(),
  error: z
    .union([
      z.string().transform((message) => ({ message, code: undefined, type: undefined })),
      z.object({ code: z.unknown().optional(), type: z.unknown().optional(), message: text }),
    ])
    .nullish(),
})
type Chunk = z.infer<typeof chunkSchema>

interface OpenCall {
  id: string | undefined
  name: string
  arguments: string
}

/** What of one answer has come so far. */
interface Answer {
  id: string
  reasoning: string
  text: string
  readonly calls: Map<number, OpenCall>
  finishReason: string | undefined
  usage: z.infer<typeof usageSchema> | undefined
}

/**
 * Reads the chunks of one answer of Chat Completions and gives its items in the shapes of the Responses API.
 * @throws CodexError, BrokenStream: the answer failed or is cut short
 */
export async function* readChat(
  batches: AsyncIterable<readonly unknown[]>,
  request: ModelRequest,
): AsyncGenerator<ModelEvent> {
  const answer: Answer = {
    id: '',
    reasoning: '',
    text: '',
    calls: new Map(),
    finishReason: undefined,
    usage: undefined,
  }
  for await (const batch of batches) {
    const before = { text: answer.text.length, reasoning: answer.reasoning.length }
    for (const payload of batch) addChunk(answer, parseChunk(payload))
    const reasoning = answer.reasoning.slice(before.reasoning)
    if (reasoning !== '') yield { type: 'reasoning_delta', delta: reasoning }
    const delta = answer.text.slice(before.text)
    if (delta === '') continue
    // Reasoning ends where the text begins: its item comes before the text's first delta.
    if (before.text === 0) yield* reasoningItem(answer)
    yield { type: 'text_delta', delta }
  }
  if (answer.finishReason === undefined) throw new BrokenStream('stream closed before the answer had an end')
  if (callEnds.has(answer.finishReason) && answer.calls.size === 0) {
    throw new BrokenStream('the answer ended with a call of a tool, and holds none', { code: 'provider.response' })
  }
  if (answer.text === '') yield* reasoningItem(answer)
  yield* otherItems(answer, request)
  if (answer.finishReason === 'length') throw incompleteAnswer('max_output_tokens')
  if (answer.finishReason === 'content_filter') throw incompleteAnswer('content_filter')
  yield { type: 'completed', usage: readUsage(answer.usage) }
}

const callEnds: ReadonlySet<string> = new Set(['tool_calls', 'function_call'])

function parseChunk(payload: unknown): Chunk {
  const chunk = chunkSchema.safeParse(payload)
  if (!chunk.success) {
    throw new BrokenStream('the provider sent a chunk that cannot be read', {
      code: 'provider.response',
      cause: chunk.error,
    })
  }
  const { error } = chunk.data
  if (!error) return chunk.data
  const code = [error.code, error.type].find((value) => typeof value === 'string')
  throw streamFailure(code, error.message ?? undefined)
}

function addChunk(answer: Answer, chunk: Chunk): void {
  answer.id ||= chunk.id ?? ''
  answer.usage = chunk.usage ?? answer.usage
  const choice = chunk.choices?.[0]
  answer.finishReason = choice?.finish_reason ?? answer.finishReason
  const whole = choice?.message
  const delta = choice?.delta ?? whole
  if (!delta) return
  answer.text += delta.content ?? delta.refusal ?? ''
  answer.reasoning += delta.reasoning_content ?? delta.reasoning ?? ''
  for (const [place, { index: said, ...piece }] of (delta.tool_calls ?? []).entries()) {
    // The calls of a whole answer have no index, but their order.
    const index = placeOf({ ...piece, index: said ?? (delta === whole ? place : 0) }, answer.calls)
    const call = answer.calls.get(index) ?? { id: undefined, name: '', arguments: '' }
    call.id ??= piece.id || undefined
    // Some servers say the whole name with every piece.
    if (piece.function?.name !== call.name) call.name += piece.function?.name ?? ''
    call.arguments += piece.function?.arguments ?? ''
    answer.calls.set(index, call)
  }
}

/** Some servers leave the index out and tell calls by their ids alone. */
function placeOf(
  piece: { readonly index: number; readonly id?: string | null | undefined },
  calls: Answer['calls'],
): number {
  const id = piece.id || undefined
  const there = calls.get(piece.index)
  if (id === undefined || there?.id === undefined || there.id === id) return piece.index
  const known = [...calls].find(([, call]) => call.id === id)
  return known?.[0] ?? Math.max(...calls.keys()) + 1
}

function* reasoningItem({ reasoning }: Answer): Generator<ModelEvent> {
  if (reasoning === '') return
  yield { type: 'item', item: { type: 'reasoning', summary: [{ type: 'summary_text', text: reasoning }] } }
}

function* otherItems(answer: Answer, request: ModelRequest): Generator<ModelEvent> {
  const give = (item: HistoryItem): ModelEvent => ({ type: 'item', item })
  if (answer.text !== '') {
    yield give({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: answer.text }] })
  }
  for (const [index, call] of [...answer.calls].sort(([a], [b]) => a - b)) {
    // Some local servers leave ids out; the place in the history makes one that is not there yet.
    const callId = call.id ?? `call_${request.input.length}_${index}`
    yield give({ type: 'function_call', name: call.name, arguments: call.arguments || '{}', call_id: callId })
  }
}

/** Zero for what a server does not say. */
function readUsage(usage: Answer['usage']): Usage {
  return {
    input_tokens: usage?.prompt_tokens ?? 0,
    cached_input_tokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    cache_write_input_tokens: usage?.prompt_tokens_details?.cache_write_tokens ?? 0,
    output_tokens: usage?.completion_tokens ?? 0,
    reasoning_output_tokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
  }
}
