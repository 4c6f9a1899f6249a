import type { AgentMessageItem, HistoryItem, ToolCallOutputItem } from '../plugin-api/index.ts'
import { bytesPerToken, limitOutput } from '../tools/output-limit.ts'
import { sizeOf } from './item-size.ts'
import { isSaidByPerson } from './library/prompt-of.ts'

/** What becomes of a history that is to be shorter. */
export interface CompactionPlan {
  /** Instructions, AGENTS.md and the surroundings: what is in force stays word for word, what was told anew later goes. */
  readonly instructions: readonly HistoryItem[]
  /** Gives way to a summary. */
  readonly replaced: readonly HistoryItem[]
  /** What the person asked before `recent`: the last request in any case, earlier ones as long as they are short; word for word. */
  readonly requests: readonly HistoryItem[]
  /** The newest items, calls together with their outputs; outputs that alone would fill the window are cut. */
  readonly recent: readonly HistoryItem[]
}

/** Where a model's window is not known. */
const unknownWindow = 128_000

/**
 * Divides a history into what stays and what is summarised. The newest items stay up to a quarter of the window, the last
 * answer in any case, with the outputs of its calls cut to half of the window. Undefined where nothing is left that could be made shorter.
 *
 * @param contextWindow tokens; absent: not known
 */
export function planCompaction(
  history: readonly HistoryItem[],
  contextWindow: number | undefined,
): CompactionPlan | undefined {
  const told = history.filter(isInstruction)
  const instructions = told.filter((item) => !isSuperseded(item, told))
  const groups = exchanges(history.filter((item) => !isInstruction(item)))
  const roomBytes = Math.min(windowBytes(contextWindow), sizeOf(history))
  let start = Math.max(0, groups.length - 1)
  let size = sizeOf(groups[start] ?? [])
  for (; start > 0; start -= 1) {
    size += sizeOf(groups[start - 1] ?? [])
    if (size > roomBytes / 4) break
  }
  const older = groups.slice(0, start).flat()
  const kept = groups.slice(start).flat()
  const requests = keptRequests(older, kept, roomBytes / 8)
  const replaced = older.filter((item) => !requests.includes(item))
  const recent = withShorterOutputs(kept, roomBytes / 2)
  if (replaced.length === 0 && sizeOf(recent) >= sizeOf(kept)) return undefined
  return { instructions, replaced, requests, recent }
}

/** Bytes that a window holds. */
export function windowBytes(contextWindow: number | undefined): number {
  return (contextWindow ?? unknownWindow) * bytesPerToken
}

/**
 * What the person asked, the newest first as far as there is room; the last request in any case, and with it the skills that it names,
 * which stand right before it.
 */
function keptRequests(
  older: readonly HistoryItem[],
  recent: readonly HistoryItem[],
  roomBytes: number,
): readonly HistoryItem[] {
  const requests: HistoryItem[] = []
  let isLastKnown = recent.some(isSaidByPerson)
  let room = roomBytes
  for (let index = older.length - 1; index >= 0; index -= 1) {
    const item = older[index]
    if (item === undefined || !isSaidByPerson(item)) continue
    room -= sizeOf([item])
    if (isLastKnown && room < 0) break
    requests.unshift(item)
    if (isLastKnown) continue
    isLastKnown = true
    for (let before = index - 1; isSkill(older[before]); before -= 1) requests.unshift(older[before] as HistoryItem) // just seen
  }
  return requests
}

function isSkill(item: HistoryItem | undefined): boolean {
  return item?.type === 'message' && item.role === 'user' && /^\s*<skill\b/.test(firstText(item))
}

/** What the program tells the model, and not the person: it stays in force. */
function isInstruction(item: HistoryItem): boolean {
  // A summary that its provider has sealed cannot be summarised by anybody else.
  if (item.type === 'compaction' || item.type === 'context_compaction') return true
  if (item.type === 'agent_message') return isTask(item) || isSealed(item)
  if (item.type !== 'message' || item.role === 'assistant') return false
  if (item.role !== 'user') return true
  return /^\s*(?:# AGENTS\.md instructions|The AGENTS\.md instructions that were given|<environment_context>|<user_instructions>)/.test(
    firstText(item),
  )
}

/** What another agent asks for is what the thread is there for. */
function isTask({ trigger_turn: asks }: AgentMessageItem): boolean {
  return asks === true
}

/** Who summarises could not read it. */
function isSealed({ content }: AgentMessageItem): boolean {
  return content.some((part) => part.type === 'encrypted_content')
}

/** What a thread is told again where it has changed: only the last of each counts. */
const toldAgain = [
  /^(?:# AGENTS\.md instructions|The AGENTS\.md instructions that were given)/m,
  /<environment_context>/,
  /^<skills>/,
]

/** True for what later instructions say anew, all of it. */
function isSuperseded(item: HistoryItem, told: readonly HistoryItem[]): boolean {
  if (item.type !== 'message') return false
  const own = toldAgain.filter((pattern) => pattern.test(textOf(item)))
  const later = told.slice(told.indexOf(item) + 1).map((each) => (each.type === 'message' ? textOf(each) : ''))
  return own.length > 0 && own.every((pattern) => later.some((text) => pattern.test(text)))
}

function textOf({ content }: Extract<HistoryItem, { type: 'message' }>): string {
  return content.map((part) => ('text' in part ? part.text : '')).join('')
}

function firstText(item: Extract<HistoryItem, { type: 'message' }>): string {
  const [part] = item.content
  return part && 'text' in part ? part.text : ''
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
  if (item.type === 'agent_message') return true
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
