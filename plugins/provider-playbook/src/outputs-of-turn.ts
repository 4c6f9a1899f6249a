import type { HistoryItem, ToolCallOutputItem } from 'codex-kernel/plugin-api'

export type CallOutput = ToolCallOutputItem

/** Id of the call that a step makes, in one round of its loop; by it a later answer knows that the call is done. */
export function callIdOf(stepIndex: number, stepId: string, round?: number): string {
  return `playbook_${stepIndex}_${stepId}${round === undefined ? '' : `_${round}`}`
}

/** Outputs of this turn's playbook calls, by call id. The turn begins behind the last message of the user. */
export function outputsOfTurn(input: readonly HistoryItem[]): ReadonlyMap<string, CallOutput> {
  const start = input.findLastIndex((item) => item.type === 'message' && item.role === 'user') + 1
  const outputs = input.slice(start).filter(isOutput)
  return new Map(outputs.filter((item) => item.call_id.startsWith('playbook_')).map((item) => [item.call_id, item]))
}

function isOutput(item: HistoryItem): item is CallOutput {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}
