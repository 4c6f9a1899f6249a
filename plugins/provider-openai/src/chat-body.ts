import {
  agentMessageText,
  type HistoryItem,
  type ImagePart,
  type ModelRequest,
  type ToolSpec,
} from 'codex-kernel/plugin-api'
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionFunctionTool,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import { isStrictSchema } from './strict-schema.ts'

/** The body of `POST /chat/completions`. Freeform tools become functions of one string; reasoning is not sent back. */
export function chatBody(request: ModelRequest): ChatCompletionCreateParamsStreaming {
  const { reasoning, verbosity, outputSchema, tools } = request
  return {
    model: request.model,
    messages: chatMessages(request.input, tools),
    stream: true,
    stream_options: { include_usage: true },
    // Servers refuse these two where there are no tools.
    ...(tools.length > 0 && {
      tools: tools.map(chatTool),
      tool_choice: 'auto',
      parallel_tool_calls: request.parallelToolCalls,
    }),
    // Effort and verbosity are open sets for the user and the server; the package's types list today's.
    ...(reasoning?.effort && { reasoning_effort: reasoning.effort as 'low' | 'medium' | 'high' }),
    ...(verbosity && { verbosity: verbosity as 'low' | 'medium' | 'high' }),
    ...(outputSchema && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'codex_output_schema', strict: true, schema: { ...outputSchema } },
      },
    }),
  }
}

function chatMessages(input: readonly HistoryItem[], tools: readonly ToolSpec[]): ChatCompletionMessageParam[] {
  const messages: ChatCompletionMessageParam[] = []
  const addCall = (call: ChatCompletionMessageFunctionToolCall) => {
    // Calls of one answer belong to one message, that of its text included.
    const last = messages.at(-1)
    if (last?.role === 'assistant') last.tool_calls = [...(last.tool_calls ?? []), call]
    else messages.push({ role: 'assistant', content: null, tool_calls: [call] })
  }
  const images: ImagePart[] = []
  // Images of outputs stand behind the last of them: nothing may come between a call and what it gave.
  const showImages = () => {
    if (images.length > 0) messages.push({ role: 'user', content: [imagesFollow, ...images.splice(0).map(chatPart)] })
  }
  for (const item of input) {
    if (!/_output$/.test(item.type)) showImages()
    switch (item.type) {
      case 'message':
        messages.push(chatMessage(item))
        break
      case 'function_call':
        addCall(functionCall(item.call_id, item.name, wholeJson(item.arguments)))
        break
      case 'custom_tool_call': {
        const spec = tools.find((tool) => tool.name === item.name)
        const property = spec?.type === 'freeform' ? spec.inputProperty : 'input'
        addCall(functionCall(item.call_id, item.name, JSON.stringify({ [property]: item.input })))
        break
      }
      case 'function_call_output':
      case 'custom_tool_call_output':
        messages.push({ role: 'tool', tool_call_id: item.call_id, content: item.output })
        images.push(...(item.images ?? []))
        break
      case 'agent_message':
        messages.push({ role: 'user', content: agentMessageText(item) })
        break
      case 'reasoning':
        break
    }
  }
  showImages()
  return messages
}

const imagesFollow: ChatCompletionContentPart = { type: 'text', text: 'The images that the tools gave:' }

/** Servers that fill templates with the arguments refuse a history in which they are cut off. */
function wholeJson(text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    return JSON.stringify({ unreadable: text })
  }
}

function functionCall(id: string, name: string, args: string): ChatCompletionMessageFunctionToolCall {
  return { id, type: 'function', function: { name, arguments: args } }
}

function chatMessage(item: Extract<HistoryItem, { type: 'message' }>): ChatCompletionMessageParam {
  const text = item.content.map((part) => ('text' in part ? part.text : '')).join('')
  switch (item.role) {
    case 'assistant':
      return { role: 'assistant', content: text } satisfies ChatCompletionAssistantMessageParam
    // Few servers besides OpenAI's own know the developer role.
    case 'developer':
    case 'system':
      return { role: 'system', content: text }
    case 'user':
      return { role: 'user', content: item.content.every((part) => 'text' in part) ? text : item.content.map(chatPart) }
  }
}

function chatPart(part: Extract<HistoryItem, { type: 'message' }>['content'][number]): ChatCompletionContentPart {
  if ('text' in part) return { type: 'text', text: part.text }
  // The API knows no `original`; `high` is what comes nearest.
  const detail = part.detail === 'original' ? 'high' : details.find((each) => each === part.detail)
  return { type: 'image_url', image_url: { url: part.image_url, ...(detail && { detail }) } }
}

const details = ['auto', 'low', 'high'] as const

function chatTool(tool: ToolSpec): ChatCompletionFunctionTool {
  const { name, description } = tool
  if (tool.type === 'function') {
    const strict = isStrictSchema(tool.parameters) && { strict: true }
    return { type: 'function', function: { name, description, parameters: { ...tool.parameters }, ...strict } }
  }
  const parameters = {
    type: 'object',
    properties: {
      [tool.inputProperty]: {
        type: 'string',
        description: `In this ${tool.grammar.syntax} grammar:\n${tool.grammar.definition}`,
      },
    },
    required: [tool.inputProperty],
    additionalProperties: false,
  }
  return { type: 'function', function: { name, description, parameters, strict: true } }
}
