import {
  answerSchema,
  historyTurns,
  type ImagePart,
  imageData,
  type ModelRequest,
  nearestEffort,
  type ToolSpec,
  type TurnPart,
} from 'codex-kernel/plugin-api'
import { type ModelFacts, modelFacts } from './catalogue.ts'

/** A block of content, as the API has it. */
type Block = Readonly<Record<string, unknown>>

/** The longest answer that is asked for: it counts against the limits of an account when the request is made. */
const longestAnswer = 32_000

/** Tokens of thinking where a model takes a budget. */
const budgets: Readonly<Record<string, number>> = {
  low: 4096,
  medium: 10_240,
  high: 16_384,
  xhigh: 16_384,
  max: 16_384,
}

/** The body of `POST /model/ID/converse-stream`. What stays the same between requests is marked for the cache where the model has one. */
export function converseBody(request: ModelRequest): object {
  const facts = modelFacts(request.model)
  const { system, turns } = historyTurns(request.input, request.tools)
  const messages = turns
    .map(({ role, parts }) => ({ role, content: parts.flatMap((part) => blocksOf(part, request)) }))
    .filter(({ content }) => content.length > 0)
  const users = messages.filter(({ role }) => role === 'user').slice(-2)
  const marks = facts.hasCache ? [{ cachePoint: { type: 'default' } }] : []
  const { tools, outputSchema } = request
  const maxTokens = Math.min(request.modelInfo?.maxOutputTokens ?? facts.maxOutputTokens, longestAnswer)
  return {
    messages: messages.map((each) => (users.includes(each) ? { ...each, content: [...each.content, ...marks] } : each)),
    ...(system.length > 0 && { system: [...system.map((text) => ({ text })), ...marks] }),
    inferenceConfig: { maxTokens },
    ...(tools.length > 0 && { toolConfig: { tools: [...tools.map(toolOf), ...marks], toolChoice: { auto: {} } } }),
    ...thinkingFields(request, facts, isInsideToolUse(messages)),
    ...(outputSchema && { outputConfig: { textFormat: textFormat(outputSchema) } }),
  }
}

/** True where the last answer called tools and its reasoning is not there: a model with a budget takes no thinking from there on. */
function isInsideToolUse(messages: readonly { readonly role: string; readonly content: readonly Block[] }[]): boolean {
  const content = messages.findLast(({ role }) => role === 'assistant')?.content ?? []
  return content.some((block) => block.toolUse) && !content[0]?.reasoningContent
}

/** Thinking and effort have no fields of their own: they are those of the model. Without an effort it does as it does by itself. */
function thinkingFields(
  { reasoning }: ModelRequest,
  { thinking, hasDisplay, efforts }: ModelFacts,
  isInside: boolean,
): object {
  const effort = reasoning?.effort
  if (thinking === 'budget') {
    if (effort === undefined || effort === 'none' || effort === 'minimal' || isInside) return {}
    return { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: budgets[effort] ?? 10_240 } } }
  }
  if (thinking === undefined) return {}
  const display = hasDisplay ? { display: reasoning?.summary === 'none' ? 'omitted' : 'summarized' } : {}
  return {
    additionalModelRequestFields: {
      thinking: { type: 'adaptive', ...display },
      ...(effort !== undefined && { output_config: { effort: nearestEffort(effort, efforts) } }),
    },
  }
}

function textFormat(schema: Readonly<Record<string, unknown>>): object {
  const jsonSchema = { name: 'codex_output_schema', schema: JSON.stringify(answerSchema(schema)) }
  return { type: 'json_schema', structure: { jsonSchema } }
}

function toolOf(tool: ToolSpec): Block {
  const { name, description } = tool
  if (tool.type === 'function') return { toolSpec: { name, description, inputSchema: { json: tool.parameters } } }
  const text = `In this ${tool.grammar.syntax} grammar:\n${tool.grammar.definition}`
  const properties = { [tool.inputProperty]: { type: 'string', description: text } }
  const json = { type: 'object', properties, required: [tool.inputProperty] }
  return { toolSpec: { name, description, inputSchema: { json } } }
}

function blocksOf(part: TurnPart, { model }: ModelRequest): readonly Block[] {
  switch (part.type) {
    case 'text':
      return [{ text: part.text }]
    case 'image':
      return [imageBlock(part.image)]
    case 'call':
      return [{ toolUse: { toolUseId: toolUseId(part.id), name: part.name, input: part.input } }]
    case 'result': {
      const content = [{ text: part.text || '(nothing)' }, ...part.images.map(imageBlock)]
      return [{ toolResult: { toolUseId: toolUseId(part.id), content, ...(part.failed && { status: 'error' }) } }]
    }
    case 'reasoning':
      return reasoningBlocks(part.item, model)
  }
}

/** Reasoning goes back as it came, to the model that it came from: no other can read it. */
function reasoningBlocks(item: Extract<TurnPart, { type: 'reasoning' }>['item'], model: string): readonly Block[] {
  if (item.model !== model || !item.encrypted_content) return []
  if (item.redacted === true) return [{ reasoningContent: { redactedContent: item.encrypted_content } }]
  const text = item.summary.map((part) => part.text).join('')
  return [{ reasoningContent: { reasoningText: { text, signature: item.encrypted_content } } }]
}

/** The API takes bytes alone. */
function imageBlock(image: ImagePart): Block {
  const data = imageData(image)
  if (!data) return { text: `(an image that is at ${image.image_url})` }
  const format = data.mediaType.replace(/^image\//, '').replace('jpg', 'jpeg')
  return { image: { format, source: { bytes: data.base64 } } }
}

/** Calls of other providers may have ids that this API does not take. */
function toolUseId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
}
