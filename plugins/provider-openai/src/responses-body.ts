import type { HistoryItem, HostedItem, ModelRequest, ToolCallOutputItem, ToolSpec } from 'codex-kernel/plugin-api'
import type { ResponseCreateParamsStreaming, ResponseInputItem, Tool } from 'openai/resources/responses/responses'
import { shellTool, toLocalShellCall } from './local-shell.ts'
import { isStrictSchema } from './strict-schema.ts'

/** The body of `POST /responses`. Nothing is kept by the server: the whole history goes along, reasoning sealed. */
export function responsesBody(request: ModelRequest): ResponseCreateParamsStreaming {
  const { reasoning, verbosity, outputSchema, tools, modelInfo } = request
  const ownShell = modelInfo?.localShell === true ? shellTool(tools) : undefined
  const format = outputSchema && {
    type: 'json_schema' as const,
    strict: true,
    name: 'codex_output_schema',
    schema: { ...outputSchema },
  }
  return {
    model: request.model,
    input: request.input.flatMap(inputItem),
    tools: [...responsesTools(tools, ownShell), ...searchTool(request)],
    tool_choice: 'auto',
    parallel_tool_calls: request.parallelToolCalls,
    // Effort, summary and verbosity are open sets for the user and the server; the package's types list today's.
    ...(reasoning && { reasoning: reasoning as NonNullable<ResponseCreateParamsStreaming['reasoning']> }),
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: request.threadId,
    // A word of the server's, as open as effort; `fast` is what people say for it.
    ...(request.serviceTier && {
      service_tier: (request.serviceTier === 'fast' ? 'priority' : request.serviceTier) as 'priority',
    }),
    ...((verbosity || format) && {
      text: {
        ...(verbosity && { verbosity: verbosity as 'low' | 'medium' | 'high' }),
        ...(format && { format }),
      },
    }),
  }
}

/**
 * A history item as the server takes it: without what is ours, and without its id, since with `store: false` a server
 * looks for what belongs to an id and does not find it. Reasoning of another API, which is not sealed, says nothing here.
 */
function inputItem(item: HistoryItem): ResponseInputItem[] {
  const shellCall = toLocalShellCall(item)
  // Its parts were checked when the call came.
  if (shellCall) return [shellCall as unknown as ResponseInputItem]
  const shared = withoutInternals(item)
  // What its own server did goes back as it came.
  if (isHosted(item)) return [shared as unknown as ResponseInputItem]
  const { structured: _structured, failed: _failed, status: _status, id, ...withOwner } = shared
  const { sealed: _sealed, provider: _provider, trigger_turn: _trigger, ...rest } = withOwner
  const { summary, images: _images, ...sent } = rest
  // The summary of a reasoning is the server's own; that of a tool's output is ours.
  const inner = item.type === 'reasoning' ? { summary } : {}
  if (item.type === 'reasoning' && !item.encrypted_content && id === undefined) return []
  if (isOutput(item) && item.images !== undefined) {
    return [
      { ...sent, output: [{ type: 'input_text', text: item.output }, ...item.images] } as unknown as ResponseInputItem,
    ]
  }
  // Checked by historyItemSchema, which mirrors these shapes and lets further fields pass.
  return [{ ...sent, ...inner } as unknown as ResponseInputItem]
}

/** Another program's notes to itself, as the real Codex leaves them in its records (`internal_chat_message_metadata_passthrough`): a server refuses them. */
function withoutInternals(item: HistoryItem): HistoryItem {
  const notes = Object.keys(item).filter((name) => name.startsWith('internal_'))
  if (notes.length === 0) return item
  // The other fields are as they were.
  return Object.fromEntries(Object.entries(item).filter(([name]) => !notes.includes(name))) as HistoryItem
}

/** True for what the server itself did or sealed. */
function isHosted(item: HistoryItem): item is HostedItem {
  return !/^(?:message|agent_message|reasoning)$|^(?:function|custom_tool)_call/.test(item.type)
}

function isOutput(item: HistoryItem): item is ToolCallOutputItem {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}

/** The search of the server itself; whether it may leave what is kept is a field that the package does not know yet. */
function searchTool({ webSearch }: ModelRequest): Tool[] {
  if (webSearch === undefined) return []
  const tool = { type: 'web_search' as const, external_web_access: webSearch === 'live' }
  return [tool]
}

/** The server's own shell in the place of ours; tools of a group together, where its first one stands. */
function responsesTools(tools: readonly ToolSpec[], ownShell: ToolSpec | undefined): readonly Tool[] {
  const groups = new Map<string, { readonly tools: Tool[] }>()
  return tools.flatMap((tool): readonly Tool[] => {
    if (tool === ownShell) return [{ type: 'local_shell' }]
    const namespace = tool.type === 'function' ? tool.namespace : undefined
    if (namespace === undefined) return [responsesTool(tool)]
    const known = groups.get(namespace.name)
    // A group's tools are never strict: the API has it so.
    const member: Tool = { ...responsesTool(tool), strict: false } as Tool // a field of functions
    if (known) {
      known.tools.push(member)
      return []
    }
    const group = { type: 'namespace', ...namespace, tools: [member] }
    groups.set(namespace.name, group)
    return [group as Tool] // the package has narrower types for a group's tools
  })
}

function responsesTool(tool: ToolSpec): Tool {
  const { name, description } = tool
  if (tool.type === 'freeform') {
    return { type: 'custom', name, description, format: { type: 'grammar', ...tool.grammar } }
  }
  return {
    type: 'function',
    name,
    description,
    parameters: withSeals(tool.parameters, tool.sealed),
    strict: isStrictSchema(tool.parameters),
  }
}

/** The arguments that the server is to seal say so. */
function withSeals(
  parameters: Readonly<Record<string, unknown>>,
  sealed: readonly string[] = [],
): Record<string, unknown> {
  const { properties } = parameters
  if (sealed.length === 0 || typeof properties !== 'object' || properties === null) return { ...parameters }
  const marked = Object.entries(properties).map(([name, schema]): [string, unknown] => [
    name,
    sealed.includes(name) ? { ...schema, encrypted: true } : schema,
  ])
  return { ...parameters, properties: Object.fromEntries(marked) }
}
