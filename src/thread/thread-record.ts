import { z } from 'zod'
import { historyItemSchema } from '../plugin-api/history.ts'
import type { HistoryItem, ThreadMeta, ToolCallItem, ToolCallOutputItem, Usage } from '../plugin-api/index.ts'
import { toolsFoundIn } from '../tools/tools-found-in.ts'
import { noUsage } from './no-usage.ts'
import type { RolloutLine } from './rollout-lines.ts'

/** What a thread goes on from. */
export interface ThreadRecord {
  readonly meta: ThreadMeta
  readonly history: readonly HistoryItem[]
  /** What `tool_search` found, also before a compaction, by name in order. */
  readonly foundTools: readonly string[]
  /** Of all requests to models that ended. */
  readonly usage: Usage
  readonly lines: number
  readonly model: string | undefined
}

/** Reads a thread out of its rollout's lines; undefined where the first is no `session_meta`. Lines of unknown types are passed over. */
export function threadOfLines(lines: readonly RolloutLine[]): ThreadRecord | undefined {
  const first = lines[0]
  if (first?.type !== 'session_meta' || typeof first.payload.id !== 'string') return undefined
  let history: HistoryItem[] = []
  const everything: HistoryItem[] = []
  let usage = noUsage
  let model: string | undefined
  for (const { type, payload } of lines) {
    if (type === 'turn_context' && typeof payload.model === 'string') model = payload.model
    if (type === 'response_item') {
      const item = historyItemSchema.safeParse(withOwnOutput(payload))
      if (item.success) {
        history.push(item.data)
        everything.push(item.data)
      }
    }
    if (type === 'compacted') history = compactedHistory(payload, history)
    if (type === 'event_msg' && payload.type === 'token_count') {
      const info = payload.info as { total_token_usage?: Partial<Usage> } | null // absent fields are filled below
      if (info?.total_token_usage) usage = { ...noUsage, ...info.total_token_usage }
    }
  }
  const meta = {
    cwd: '',
    originator: '',
    cli_version: '',
    source: '',
    model_provider: '',
    timestamp: '',
    ...first.payload,
  }
  return {
    meta: meta as unknown as ThreadMeta,
    history: pairCalls(history),
    foundTools: toolsFoundIn(everything),
    usage,
    lines: lines.length,
    model,
  } // id checked above
}

/** What a compaction left. Codex wrote the summary alone at times: it then stands behind what people and the program said. */
function compactedHistory(payload: RolloutLine['payload'], before: readonly HistoryItem[]): HistoryItem[] {
  const { replacement_history: replacement, message } = payload
  if (Array.isArray(replacement)) {
    return replacement.flatMap((each) => {
      const item = historyItemSchema.safeParse(each)
      return item.success ? [item.data] : []
    })
  }
  const said = before.filter((item) => item.type === 'message' && item.role !== 'assistant')
  return [...said, { type: 'message', role: 'user', content: [{ type: 'input_text', text: String(message ?? '') }] }]
}

/** Codex keeps an output that has images as a list of parts; ours is a text with images beside it. */
function withOwnOutput(payload: Readonly<Record<string, unknown>>): unknown {
  const { output } = payload
  if (!Array.isArray(output)) return payload
  const parts = z.array(z.object({ type: z.string() }).catchall(z.unknown())).safeParse(output)
  if (!parts.success) return payload
  const images = parts.data.filter(({ type }) => type === 'input_image')
  const texts = parts.data.flatMap(({ text }) => (typeof text === 'string' ? text : []))
  return { ...payload, output: texts.join('\n'), ...(images.length > 0 && { images }) }
}

/**
 * Gives each tool call that an interruption left open an answer, since providers refuse a history with open calls; puts
 * answers that came side by side into the order of their calls, in which the provider was sent them.
 */
function pairCalls(history: readonly HistoryItem[]): readonly HistoryItem[] {
  const callOrder = new Map(history.filter(isCall).map((call, index) => [call.call_id, index]))
  const answered = new Set(history.filter(isOutput).map((output) => output.call_id))
  const paired: HistoryItem[] = []
  let outputs: ToolCallOutputItem[] = []
  const flush = () => {
    const place = (output: ToolCallOutputItem) => callOrder.get(output.call_id) ?? -1
    paired.push(...outputs.sort((a, b) => place(a) - place(b)))
    outputs = []
  }
  for (const item of history) {
    if (isOutput(item)) {
      outputs.push(item)
      continue
    }
    flush()
    paired.push(item)
    if (isCall(item) && !answered.has(item.call_id)) paired.push(interruptedOutput(item))
  }
  flush()
  return paired
}

function isCall(item: HistoryItem): item is ToolCallItem {
  return item.type === 'function_call' || item.type === 'custom_tool_call'
}

function isOutput(item: HistoryItem): item is ToolCallOutputItem {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}

function interruptedOutput({ type, call_id }: ToolCallItem): ToolCallOutputItem {
  const output = { call_id, output: 'interrupted before it ended' }
  return type === 'function_call'
    ? { type: 'function_call_output', ...output }
    : { type: 'custom_tool_call_output', ...output }
}
