import type {
  HistoryItem,
  ThreadEvent,
  ThreadItem,
  ThreadMeta,
  ToolCallItem,
  ToolCallOutputItem,
  Usage,
} from '../plugin-api/index.ts'
import { historyItemSchema } from '../plugin-api/index.ts'

/** One line of a rollout file: a Codex line type and its payload (docs/reference/rollout.md). */
export interface RolloutLine {
  readonly timestamp: string
  /** Counts from 0; absent in old files. */
  readonly ordinal?: number
  readonly type: string
  readonly payload: Record<string, unknown>
}

/** The lines that keep an event: none for what only a live view needs. */
export function rolloutPayloads(event: ThreadEvent, turnId: string): readonly Omit<RolloutLine, 'timestamp'>[] {
  switch (event.type) {
    case 'thread.started':
      return event.meta ? [{ type: 'session_meta', payload: { ...event.meta, session_id: event.meta.id } }] : []
    case 'turn.started':
      return [eventMessage('task_started', { turn_id: turnId })]
    case 'turn.context':
      return [{ type: 'turn_context', payload: { ...event.context } }]
    case 'response_item':
      return [{ type: 'response_item', payload: event.item }]
    case 'item.completed':
      return [eventMessage('item_completed', { turn_id: turnId, item: withPascalType(event.item) })]
    case 'error':
      return [eventMessage('error', { message: event.message })]
    case 'turn.completed':
      return [
        eventMessage('token_count', { info: { total_token_usage: event.usage } }),
        eventMessage('task_complete', { turn_id: turnId, last_agent_message: event.last_agent_message ?? null }),
      ]
    case 'turn.failed':
      return [eventMessage('task_complete', { turn_id: turnId, last_agent_message: null, error: event.error })]
    case 'turn.interrupted':
      return [eventMessage('turn_aborted', { turn_id: turnId, reason: event.reason })]
    default:
      return []
  }
}

/** What a thread goes on from. */
export interface ThreadRecord {
  readonly meta: ThreadMeta
  readonly history: readonly HistoryItem[]
  /** Of the last turn that completed. */
  readonly usage: Usage
  readonly lines: number
  readonly model: string | undefined
}

export const noUsage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}

/** Reads a thread out of its rollout's lines; undefined where the first is no `session_meta`. Lines of unknown types are passed over. */
export function threadOfLines(lines: readonly RolloutLine[]): ThreadRecord | undefined {
  const first = lines[0]
  if (first?.type !== 'session_meta' || typeof first.payload.id !== 'string') return undefined
  const history: HistoryItem[] = []
  let usage = noUsage
  let model: string | undefined
  for (const { type, payload } of lines) {
    if (type === 'turn_context' && typeof payload.model === 'string') model = payload.model
    if (type === 'response_item') {
      const item = historyItemSchema.safeParse(payload)
      if (item.success) history.push(item.data)
    }
    if (type === 'event_msg' && payload.type === 'token_count') {
      const info = payload.info as { total_token_usage?: Partial<Usage> } | null // absent fields are filled below
      usage = { ...noUsage, ...info?.total_token_usage }
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
  return { meta: meta as unknown as ThreadMeta, history: pairCalls(history), usage, lines: lines.length, model } // id checked above
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

function eventMessage(type: string, payload: Record<string, unknown>): Omit<RolloutLine, 'timestamp'> {
  return { type: 'event_msg', payload: { type, ...payload } }
}

/** `command_execution` is `CommandExecution` in rollouts (Codex contract, section F). */
function withPascalType(item: ThreadItem): Record<string, unknown> {
  const type = item.type.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return { ...item, type }
}
