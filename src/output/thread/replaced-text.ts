import type { HistoryItem, ThreadCompaction } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'

/** What gave way to the summaries of a thread, word for word, for people. Text of others cannot drive the terminal. */
export function replacedText(compactions: readonly ThreadCompaction[]): string {
  if (compactions.length === 0) return 'Nothing of this thread was summarised.'
  return compactions
    .map(({ at, replaced, summary }, index) =>
      [
        `Compaction ${index + 1}, ${terminalText(at)}: ${replaced.length} items gave way`,
        ...replaced.map((item) => `[${labelOf(item)}]\n${terminalText(textOf(item)).trimEnd()}`),
        `[summary]\n${terminalText(summary).trimEnd()}`,
      ].join('\n\n'),
    )
    .join('\n\n')
}

function labelOf(item: HistoryItem): string {
  if (item.type === 'message') return item.role
  if ('name' in item) return `call ${terminalText(String(item.name))}`
  return /_output$/.test(item.type) ? 'output' : item.type
}

function textOf(item: HistoryItem): string {
  switch (item.type) {
    case 'message':
      return item.content.map((part) => ('text' in part ? part.text : '(an image)')).join('\n')
    case 'reasoning':
      return item.summary.map(({ text }) => text).join('\n') || '(sealed by the provider)'
    case 'function_call':
      return item.arguments
    case 'custom_tool_call':
      return item.input
    case 'function_call_output':
    case 'custom_tool_call_output':
      return item.output
    default:
      return item.action === undefined ? '(sealed by the provider)' : JSON.stringify(item.action)
  }
}
