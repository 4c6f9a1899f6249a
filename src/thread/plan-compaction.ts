import type { HistoryItem, ToolCallOutputItem } from '../plugin-api/index.ts'
import { bytesPerToken, limitOutput } from '../tools/output-limit.ts'

/** What becomes of a history that did not fit. */
export interface CompactionPlan {
  /** Instructions, AGENTS.md and the surroundings: stay word for word. */
  readonly instructions: readonly HistoryItem[]
  /** Gives way to a summary. */
  readonly replaced: readonly HistoryItem[]
  /** The last message of the person; absent where it stands in `recent`. */
  readonly prompt: HistoryItem | undefined
  /** The newest items, calls together with their outputs; outputs that alone would fill the window are cut. */
  readonly recent: readonly HistoryItem[]
}

/** Where a model's window is not known. */
const unknownWindow = 128_000

/** Tokens of one image, about. */
const imageTokens = 1500

/**
 * Divides a history into what stays and what is summarised. The newest items stay up to a quarter of the window, the last
 * answer in any case, with the outputs of its calls cut to half of the window. Undefined where nothing is left that could be made shorter.
 *
 * @param prompt the last message of the person, an item of `history`
 * @param contextWindow tokens; absent: not known
 */
export function planCompaction(
  history: readonly HistoryItem[],
  prompt: HistoryItem | undefined,
  contextWindow: number | undefined,
): CompactionPlan | undefined {
  const instructions = history.filter(isInstruction)
  const groups = exchanges(history.filter((item) => !isInstruction(item)))
  const roomBytes = windowBytes(history, contextWindow)
  let start = Math.max(0, groups.length - 1)
  let size = sizeOf(groups[start] ?? [])
  for (; start > 0; start -= 1) {
    size += sizeOf(groups[start - 1] ?? [])
    if (size > roomBytes / 4) break
  }
  const older = groups.slice(0, start).flat()
  const replaced = older.filter((item) => item !== prompt)
  const kept = groups.slice(start).flat()
  const recent = withShorterOutputs(kept, roomBytes / 2)
  if (replaced.length === 0 && sizeOf(recent) >= sizeOf(kept)) return undefined
  return { instructions, replaced, prompt: older.includes(prompt as HistoryItem) ? prompt : undefined, recent } // undefined is no item
}

/** Bytes that the window holds, and at most what the history has, since that did not fit. */
export function windowBytes(history: readonly HistoryItem[], contextWindow: number | undefined): number {
  return Math.min((contextWindow ?? unknownWindow) * bytesPerToken, sizeOf(history))
}

/** What the program tells the model, and not the person: it stays in force. */
function isInstruction(item: HistoryItem): boolean {
  if (item.type !== 'message' || item.role === 'assistant') return false
  if (item.role !== 'user') return true
  return item.content.some(
    (part) => 'text' in part && /^# AGENTS\.md instructions|<environment_context>/m.test(part.text),
  )
}

/** Items that belong together: what was said to the model, or one answer of it with what its calls gave. */
function exchanges(items: readonly HistoryItem[]): readonly (readonly HistoryItem[])[] {
  const groups: HistoryItem[][] = []
  let last: HistoryItem | undefined
  for (const item of items) {
    const isBehindOutputs = last !== undefined && isOutput(last) && !isOutput(item)
    if (last === undefined || isBehindOutputs || isSaidToModel(item) || isSaidToModel(last)) groups.push([])
    groups.at(-1)?.push(item)
    last = item
  }
  return groups
}

function isSaidToModel(item: HistoryItem): boolean {
  return item.type === 'message' && item.role !== 'assistant'
}

function isOutput(item: HistoryItem): item is ToolCallOutputItem {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}

/** Cuts outputs so that all of them together have room. */
function withShorterOutputs(items: readonly HistoryItem[], roomBytes: number): readonly HistoryItem[] {
  const outputs = items.filter(isOutput)
  const share = Math.floor(roomBytes / Math.max(1, outputs.length))
  return items.map((item) => (isOutput(item) ? { ...item, output: limitOutput(item.output, share) } : item))
}

/** UTF-8 bytes of what a model is sent of them, about. */
export function sizeOf(items: readonly HistoryItem[]): number {
  return items.reduce((sum, item) => sum + bytesOf(item), 0)
}

function bytesOf(item: HistoryItem): number {
  switch (item.type) {
    case 'message':
      return item.content.reduce(
        (sum, part) => sum + ('text' in part ? Buffer.byteLength(part.text) : imageTokens * bytesPerToken),
        0,
      )
    case 'reasoning':
      return (item.encrypted_content ?? '').length
    case 'function_call':
      return item.arguments.length + item.name.length
    case 'custom_tool_call':
      return item.input.length + item.name.length
    default:
      return Buffer.byteLength(item.output)
  }
}
