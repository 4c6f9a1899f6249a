import type { HistoryItem } from '../plugin-api/index.ts'
import { limitOutput } from '../tools/output-limit.ts'
import { type CompactionPlan, windowBytes } from './plan-compaction.ts'

/** What the model is asked for where the configuration has no `compact_prompt`. */
const defaultPrompt = `The conversation below between a person and a coding agent no longer fits the agent's context window. Write the summary that the agent goes on with in its place. It sees nothing else of that part. Say:

- what the person asked for, and every wish and limit that still holds;
- what was done, which files were read or changed (with paths), which commands were run and what came of them;
- facts, names, numbers, error messages and decisions that are needed from here on, word for word where that matters;
- what is left to do, and the next step.

Write plain text. Do not answer the person, and do not call tools.`

/** Bytes of one tool output in the conversation that is summarised. */
const maxQuotedBytes = 4_000

/** What the model is sent for a summary: no tools, and at most half of its window. */
export function summaryInput(
  plan: CompactionPlan,
  about: { readonly history: readonly HistoryItem[]; readonly contextWindow?: number; readonly compactPrompt?: string },
): readonly HistoryItem[] {
  const room = Math.floor(windowBytes(about.history, about.contextWindow) / 2)
  const conversation = limitOutput(plan.replaced.map(quote).filter(Boolean).join('\n\n'), room)
  return [message('developer', about.compactPrompt ?? defaultPrompt), message('user', conversation)]
}

/** The history that the turn goes on with. */
export function compactedHistory(plan: CompactionPlan, summary: string): readonly HistoryItem[] {
  const told = `<summary_of_earlier_conversation>\n${summary.trim()}\n</summary_of_earlier_conversation>`
  return [
    ...plan.instructions,
    ...(plan.prompt ? [plan.prompt] : []),
    ...(plan.replaced.length > 0 ? [message('user', told)] : []),
    ...plan.recent,
  ]
}

function message(role: 'developer' | 'user', text: string): HistoryItem {
  return { type: 'message', role, content: [{ type: 'input_text', text }] }
}

function quote(item: HistoryItem): string {
  switch (item.type) {
    case 'message':
      return `[${item.role}]\n${item.content.map((part) => ('text' in part ? part.text : '(an image)')).join('\n')}`
    case 'reasoning': {
      const text = item.summary.map((part) => part.text).join('\n')
      return text === '' ? '' : `[reasoning]\n${text}`
    }
    case 'function_call':
      return `[call ${item.name}]\n${limitOutput(item.arguments, maxQuotedBytes)}`
    case 'custom_tool_call':
      return `[call ${item.name}]\n${limitOutput(item.input, maxQuotedBytes)}`
    default:
      return `[output]\n${limitOutput(item.output, maxQuotedBytes)}`
  }
}
