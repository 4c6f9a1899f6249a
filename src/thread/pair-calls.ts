import type { HistoryItem, HostedItem, ToolCallItem, ToolCallOutputItem } from '../plugin-api/index.ts'

/** A call whose output is an item of its own. */
export type Call = ToolCallItem | (HostedItem & { readonly call_id: string })

/**
 * Gives each tool call that an interruption left open an answer, and leaves out answers whose call is not there, since providers refuse
 * both; puts answers that came side by side into the order of their calls, in which the provider was sent them.
 */
export function pairCalls(history: readonly HistoryItem[]): readonly HistoryItem[] {
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
      if (callOrder.has(item.call_id)) outputs.push(item)
      continue
    }
    flush()
    paired.push(item)
    if (isCall(item) && !answered.has(item.call_id)) paired.push(interruptedOutput(item))
  }
  flush()
  return paired
}

/** The history without calls that have no output yet: whoever begins with it has made none. */
export function withoutOpenCalls(history: readonly HistoryItem[]): readonly HistoryItem[] {
  const answered = new Set(history.filter(isOutput).map((output) => output.call_id))
  return history.filter((item) => !isCall(item) || answered.has(item.call_id))
}

/** A call that waits for an output of its own. */
export function isCall(item: HistoryItem): item is Call {
  if (item.type === 'function_call' || item.type === 'custom_tool_call') return true
  return item.type === 'local_shell_call' && typeof item.call_id === 'string'
}

/** The output of a call. */
export function isOutput(item: HistoryItem): item is ToolCallOutputItem {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}

/** What the model is told of a call that was cut. */
export function interruptedOutput({ type, call_id }: Call): ToolCallOutputItem {
  const output = { call_id, output: 'interrupted before it ended' }
  return type === 'custom_tool_call'
    ? { type: 'custom_tool_call_output', ...output }
    : { type: 'function_call_output', ...output }
}
