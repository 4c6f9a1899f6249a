import type { HistoryItem, ToolSpec } from 'codex-kernel/plugin-api'

/** The tool that a model's own shell stands for; undefined where there is none among these. */
export function shellTool(tools: readonly ToolSpec[]): ToolSpec | undefined {
  return tools.find((tool) => tool.type === 'function' && tool.localShell === true)
}

/** Such a call as the API knows it; undefined for a call that came another way. */
export function toLocalShellCall(item: HistoryItem): Readonly<Record<string, unknown>> | undefined {
  if (item.type !== 'function_call' || typeof item.local_shell !== 'object') return undefined
  return { type: 'local_shell_call', call_id: item.call_id, status: 'completed', action: item.local_shell }
}
