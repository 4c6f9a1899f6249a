import type { HistoryItem } from '../../plugin-api/index.ts'
import { cutText } from './data-text.ts'

/** One thing that was said or done in the thread that asks. */
export interface EvidenceLine {
  /** `told`: what the agent was told, by the person, files or summaries; `agent`: what it said; else a call, what it gave, or one that waits for the answer. */
  readonly from: 'told' | 'agent' | 'call' | 'output' | 'waiting call'
  /** The tool, of a call. */
  readonly tool?: string
  readonly text: string
}

/** Of a call that waits: it is what is asked about, and should be seen whole. */
const maxWaitingLength = 20_000
const maxLineLength = 2000
const maxAllLength = 24_000

/**
 * What the reviewing agent is shown of a thread, oldest first: the newest lines that there is room for. What the program itself told the model,
 * and what the model thought, are left out. Secrets are taken out before anything is cut.
 */
export function reviewEvidence(
  items: readonly HistoryItem[],
  redact: (text: string) => string,
): readonly EvidenceLine[] {
  const answered = new Set(items.flatMap((item) => (isOutput(item) ? [item.call_id] : [])))
  const lines = items.flatMap((item) => lineOf(item, answered) ?? [])
  const kept: EvidenceLine[] = []
  let room = maxAllLength
  for (const line of lines.reverse()) {
    const isWaiting = line.from === 'waiting call'
    const text = cutText(redact(line.text), isWaiting ? maxWaitingLength : maxLineLength)
    if (!isWaiting) room -= text.length
    if (room < 0) break
    kept.push({ ...line, text })
  }
  return kept.reverse()
}

function lineOf(item: HistoryItem, answered: ReadonlySet<string>): EvidenceLine | undefined {
  switch (item.type) {
    case 'message': {
      if (item.role !== 'user' && item.role !== 'assistant') return undefined
      const text = item.content.map((part) => ('text' in part ? part.text : '[an image]')).join('\n')
      return { from: item.role === 'user' ? 'told' : 'agent', text }
    }
    case 'function_call':
    case 'custom_tool_call': {
      const text = item.type === 'function_call' ? item.arguments : item.input
      return { from: answered.has(item.call_id) ? 'call' : 'waiting call', tool: item.name, text }
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { from: 'output', text: String(item.output) }
    default:
      return undefined
  }
}

function isOutput(item: HistoryItem) {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}
