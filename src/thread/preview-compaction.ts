import type { CompactionItem, CompactionPreview, HistoryItem } from '../plugin-api/index.ts'
import { compactedHistory, summaryInput } from './compact-history.ts'
import { maxSummaryBytes, quotedBytes, tokensOfBytes } from './compact-in-turn.ts'
import { tokensOf } from './item-size.ts'
import { isSaidByPerson } from './library/prompt-of.ts'
import { planCompaction, windowBytes } from './plan-compaction.ts'
import type { Turn } from './turn.ts'
import { fileLines, isWorkMessage, workSoFar } from './work-so-far.ts'
import { writtenByCommands } from './written-by-commands.ts'

const maxExcerptLength = 100

/** What a compaction of a turn would do, and what the model would be sent for it; no input where there is nothing to summarise. */
export async function previewCompaction(
  { history, compaction, compactPrompt, cwd }: Pick<Turn, 'history' | 'compaction' | 'compactPrompt' | 'cwd'>,
  contextWindow: number | undefined,
): Promise<{ readonly preview: CompactionPreview; readonly input?: readonly HistoryItem[] }> {
  const focus = compaction?.focus ?? ''
  const plan = planCompaction(history, contextWindow)
  const window = windowBytes(contextWindow)
  const written = await writtenByCommands(history, cwd)
  const work = workSoFar(history, cwd, written)
  const fateOf = (item: HistoryItem): CompactionItem['fate'] => {
    if (!plan || plan.instructions.includes(item) || plan.requests.includes(item)) return 'keep'
    if (plan.replaced.includes(item)) return 'summarise'
    return plan.recent.includes(item) ? 'keep' : fateOfRecent(item, plan.recent)
  }
  const kept = plan ? compactedHistory({ ...plan, replaced: [] }, '', cwd, written) : history
  const isSummarised = plan !== undefined && plan.replaced.length > 0
  const preview: CompactionPreview = {
    focus,
    items: history.map((item) => ({
      ...{ fate: fateOf(item), kind: kindOf(item), excerpt: excerptOf(item), tokens: tokensOf([item]) },
    })),
    tokensBefore: tokensOf(history),
    tokensKept: tokensOf(kept),
    tokensOfSummary: isSummarised ? tokensOfBytes(maxSummaryBytes(window)) : 0,
    plan: work.plan,
    files: fileLines(work),
  }
  if (!isSummarised) return { preview }
  const about = { roomBytes: quotedBytes(window), focus, ...(compactPrompt !== undefined && { compactPrompt }) }
  return { preview, input: summaryInput(plan, about) }
}

/** Outputs among the newest items are cut where they would fill the window; what is older than all that stays goes without a word. */
function fateOfRecent(item: HistoryItem, recent: readonly HistoryItem[]): CompactionItem['fate'] {
  const isOutput = item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
  if (!isOutput) return 'summarise'
  const own = recent.find((each) => each.type === item.type && 'call_id' in each && each.call_id === item.call_id)
  return own && 'output' in own && own.output === item.output ? 'keep' : 'shorten'
}

function kindOf(item: HistoryItem): string {
  switch (item.type) {
    case 'message':
      if (item.role === 'assistant') return 'answer'
      if (isWorkMessage(item) || /^<summary_of_earlier_conversation>/.test(textOf(item))) return 'summary'
      return isSaidByPerson(item) ? 'request' : 'rules'
    case 'reasoning':
      return 'reasoning'
    case 'function_call':
    case 'custom_tool_call':
      return 'call'
    default:
      return 'output'
  }
}

function excerptOf(item: HistoryItem): string {
  const line = longTextOf(item)
    .slice(0, maxExcerptLength * 4)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line.length > maxExcerptLength ? `${line.slice(0, maxExcerptLength - 1)}…` : line
}

function longTextOf(item: HistoryItem): string {
  switch (item.type) {
    case 'message':
      return textOf(item)
    case 'reasoning':
      return item.summary.map(({ text }) => text).join(' ')
    case 'function_call':
      return `${item.name} ${item.arguments}`
    case 'custom_tool_call':
      return `${item.name} ${item.input}`
    case 'function_call_output':
    case 'custom_tool_call_output':
      return item.output
    default:
      return item.type
  }
}

function textOf({ content }: Extract<HistoryItem, { type: 'message' }>): string {
  return content.map((part) => ('text' in part ? part.text : '(an image)')).join('')
}
