import { agentMessageText, type HistoryItem } from '../plugin-api/index.ts'
import { withoutMarks } from '../prompt/mark-data.ts'
import { limitOutput } from '../tools/output-limit.ts'
import { withoutSealedArguments } from '../tools/sealed-arguments.ts'
import type { CompactionPlan } from './plan-compaction.ts'
import { isWorkMessage, workMessage, workSoFar } from './work-so-far.ts'
import type { WrittenByCommands } from './written-by-commands.ts'

/** What the model is asked for where the configuration has no `compact_prompt`. */
const defaultPrompt = `The conversation below between a person and a coding agent takes too much of the agent's context window. Write the summary that the agent goes on with in its place. Of that part it sees nothing else but the last requests of the person, its plan, and the names of the files. Say:

- what the person asked for, and every wish and limit that still holds;
- what was done, which files were read or changed (with paths), which commands were run and what came of them;
- facts, names, numbers, error messages and decisions that are needed from here on, word for word where that matters;
- what is left to do, and the next step.

Write plain text. Do not answer the person, and do not call tools.`

/** Bytes of one tool output in the conversation that is summarised. */
const maxQuotedBytes = 4_000

/** What the model is sent for a summary: no tools, and at most so many bytes of conversation. */
export function summaryInput(
  plan: CompactionPlan,
  about: { readonly roomBytes: number; readonly focus?: string; readonly compactPrompt?: string },
): readonly HistoryItem[] {
  const quoted = plan.replaced.filter((item) => !isWorkMessage(item)).map(quote)
  const conversation = limitOutput(quoted.filter(Boolean).join('\n\n'), about.roomBytes)
  const focus = about.focus ? `\n\nThe person asks that the summary keeps in particular: ${about.focus}` : ''
  return [message('developer', `${about.compactPrompt ?? defaultPrompt}${focus}`), message('user', conversation)]
}

/** The history that the thread goes on with. */
export function compactedHistory(
  plan: CompactionPlan,
  summary: string,
  cwd: string,
  written?: WrittenByCommands,
): readonly HistoryItem[] {
  const told = `<summary_of_earlier_conversation>\n${withoutMarks(summary.trim())}\n</summary_of_earlier_conversation>`
  const work = workMessage(workSoFar([...plan.replaced, ...plan.recent], cwd, written))
  return [
    ...plan.instructions,
    ...plan.requests,
    ...(plan.replaced.length > 0 ? [message('user', told)] : []),
    ...(work ? [work] : []),
    ...plan.recent.filter((item) => !isWorkMessage(item)),
  ]
}

function message(role: 'developer' | 'user', text: string): HistoryItem {
  return { type: 'message', role, content: [{ type: 'input_text', text }] }
}

/** What an item says under its heading; content cannot make a heading of its own. */
function quote(item: HistoryItem): string {
  const [heading, ...lines] = headed(item).split('\n')
  if (heading === undefined || lines.length === 0) return ''
  return `${heading}\n${lines.join('\n').replace(headings, '\\[')}`
}

const headings =
  /^\s*\[(?=\s*(?:user|developer|assistant|system|message of agent|tool|reasoning|output|call|web_search_call|compaction)\b[^\]\n]*\]\s*$)/gim

function headed(item: HistoryItem): string {
  switch (item.type) {
    case 'message':
      return `[${item.role}]\n${item.content.map((part) => ('text' in part ? part.text : '(an image)')).join('\n')}`
    case 'reasoning': {
      const text = item.summary.map((part) => part.text).join('\n')
      return text === '' ? '' : `[reasoning]\n${text}`
    }
    case 'agent_message':
      return `[message of agent ${item.author}]\n${limitOutput(agentMessageText(item), maxQuotedBytes)}`
    case 'function_call':
      return `[call ${item.name}]\n${limitOutput(withoutSealedArguments(item).arguments, maxQuotedBytes)}`
    case 'custom_tool_call':
      return `[call ${item.name}]\n${limitOutput(item.input, maxQuotedBytes)}`
    case 'function_call_output':
    case 'custom_tool_call_output':
      return `[output]\n${limitOutput(item.output, maxQuotedBytes)}`
    default:
      return item.action === undefined
        ? ''
        : `[${item.type}]\n${limitOutput(JSON.stringify(item.action), maxQuotedBytes)}`
  }
}
