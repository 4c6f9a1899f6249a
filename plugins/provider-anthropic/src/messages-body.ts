import {
  answerSchema,
  type HistoryTurn,
  historyTurns,
  type ImagePart,
  imageData,
  type ModelRequest,
  type ToolSpec,
  type TurnPart,
} from 'codex-kernel/plugin-api'
import { knownModel } from './catalogue.ts'
import { thinkingFields } from './thinking-fields.ts'

/** A block of content, as the API has it. */
type Block = Readonly<Record<string, unknown>>

interface Message {
  readonly role: HistoryTurn['role']
  readonly content: readonly Block[]
}

/** The longest answer that is asked for: the API counts it against the limits of an account, and takes no request without it. */
const longestAnswer = 64_000
/** The same where the window is small, since what is asked for has to fit behind the prompt. */
const longestSmallAnswer = 32_000
const smallWindow = 200_000

/** The body of `POST /v1/messages`. What stays the same between requests comes first, and is marked for the cache. */
export function messagesBody(request: ModelRequest): object {
  const { system, turns } = historyTurns(request.input, request.tools)
  const maxTokens = maxTokensOf(request)
  const messages = turns.map(({ role, parts }) => ({ role, content: contentOf(parts, request) }))
  const { thinking, effort } = thinkingFields(request, maxTokens, isInsideToolUse(messages))
  const format = request.outputSchema && { type: 'json_schema', schema: answerSchema(request.outputSchema) }
  const { tools } = request
  return {
    model: request.model,
    max_tokens: maxTokens,
    stream: true,
    ...(tools.length > 0 && {
      tools: marked(tools.map(toolOf)),
      tool_choice: { type: 'auto', ...(!request.parallelToolCalls && { disable_parallel_tool_use: true }) },
    }),
    ...(system.length > 0 && { system: marked(system.map((text) => ({ type: 'text', text }))) }),
    messages: markedTurns(messages),
    ...(thinking && { thinking }),
    ...((effort ?? format) && { output_config: { ...(effort && { effort }), ...(format && { format }) } }),
  }
}

function maxTokensOf({ model, modelInfo }: ModelRequest): number {
  const { contextWindow = smallWindow, maxOutputTokens = longestSmallAnswer } = { ...knownModel(model), ...modelInfo }
  return Math.min(maxOutputTokens, contextWindow > smallWindow ? longestAnswer : longestSmallAnswer)
}

function toolOf(tool: ToolSpec): Block {
  const { name, description } = tool
  if (tool.type === 'function') return { name, description, input_schema: tool.parameters }
  const text = `In this ${tool.grammar.syntax} grammar:\n${tool.grammar.definition}`
  const properties = { [tool.inputProperty]: { type: 'string', description: text } }
  return { name, description, input_schema: { type: 'object', properties, required: [tool.inputProperty] } }
}

function contentOf(parts: readonly TurnPart[], request: ModelRequest): readonly Block[] {
  return parts.flatMap((part) => blocksOf(part, request))
}

function blocksOf(part: TurnPart, { model }: ModelRequest): readonly Block[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }]
    case 'image':
      return [imageBlock(part.image)]
    case 'call':
      return [{ type: 'tool_use', id: toolUseId(part.id), name: part.name, input: part.input }]
    case 'result': {
      const texts = part.text === '' && part.images.length > 0 ? [] : [{ type: 'text', text: part.text || '(nothing)' }]
      const content = part.images.length === 0 ? part.text : [...texts, ...part.images.map(imageBlock)]
      return [{ type: 'tool_result', tool_use_id: toolUseId(part.id), content, ...(part.failed && { is_error: true }) }]
    }
    case 'reasoning':
      return thinkingBlocks(part.item, model)
  }
}

/** Thinking goes back as it came, to the model that it came from: no other can read it. */
function thinkingBlocks(item: Extract<TurnPart, { type: 'reasoning' }>['item'], model: string): readonly Block[] {
  if (item.model !== model || !item.encrypted_content) return []
  if (item.redacted === true) return [{ type: 'redacted_thinking', data: item.encrypted_content }]
  const thinking = item.summary.map(({ text }) => text).join('')
  return [{ type: 'thinking', thinking, signature: item.encrypted_content }]
}

function imageBlock(image: ImagePart): Block {
  const data = imageData(image)
  const source = data
    ? { type: 'base64', media_type: data.mediaType, data: data.base64 }
    : { type: 'url', url: image.image_url }
  return { type: 'image', source }
}

/** Calls of other providers may have ids that this API does not take. */
function toolUseId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_')
}

/** True where the last answer called tools and its thinking is not there: a model with a budget takes no thinking from there on. */
function isInsideToolUse(messages: readonly Message[]): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant')
  return (
    last?.content.some(({ type }) => type === 'tool_use') === true && !/thinking$/.test(String(last.content[0]?.type))
  )
}

/** What comes before the mark is kept for five minutes and read again at a tenth of the price. */
const mark = { cache_control: { type: 'ephemeral' } }

function marked(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block, index) => (index === blocks.length - 1 ? { ...block, ...mark } : block))
}

/** Marks the last two turns of the user: the one writes the cache, the other finds what the request before has written. */
function markedTurns(turns: readonly Message[]): readonly Message[] {
  const users = turns.filter(({ role }) => role === 'user').slice(-2)
  return turns
    .filter(({ content }) => content.length > 0)
    .map((turn) => (users.includes(turn) ? { ...turn, content: marked(turn.content) } : turn))
}
