import type { HistoryItem, ImagePart, ToolCallItem, ToolCallOutputItem } from '../history.ts'
import type { ToolSpec } from '../provider.ts'
import { agentMessageText } from './agent-message-text.ts'

/** A history for an API in which user and assistant take turns. */
export interface HistoryTurns {
  /** What was said before the first turn by who set the thread up. */
  readonly system: readonly string[]
  /** Never two of the same role in a row; the first and the last are the user's. */
  readonly turns: readonly HistoryTurn[]
}

/** What one side says at once. */
export interface HistoryTurn {
  /** Who. */
  readonly role: 'user' | 'assistant'
  /** Never empty; results of calls come first. */
  readonly parts: readonly TurnPart[]
}

/** A part of a turn. */
export type TurnPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly image: ImagePart }
  | { readonly type: 'reasoning'; readonly item: Extract<HistoryItem, { type: 'reasoning' }> }
  | {
      readonly type: 'call'
      readonly id: string
      readonly name: string
      readonly input: Readonly<Record<string, unknown>>
    }
  | {
      readonly type: 'result'
      readonly id: string
      readonly text: string
      readonly images: readonly ImagePart[]
      readonly failed: boolean
    }

/** An image of a data URL. */
export interface ImageData {
  /** Such as `image/png`. */
  readonly mediaType: string
  /** Its bytes. */
  readonly base64: string
}

/**
 * Puts a history in turns. Every call gets its result right behind it, in the order of the calls: one that was
 * interrupted gets a result that says so, a result without its call is left out. Empty texts are left out. Where the
 * model spoke last (its answer broke off), the user asks to go on, since few models take the beginning of their answer.
 *
 * @param tools for the names of properties that free text comes in
 */
export function historyTurns(input: readonly HistoryItem[], tools: readonly ToolSpec[]): HistoryTurns {
  const outputs = new Map(input.flatMap((item) => (isOutput(item) ? [[item.call_id, item] as const] : [])))
  const firstTurn = input.findIndex((item) => !isSetUp(item))
  const [before, after] = firstTurn === -1 ? [input, []] : [input.slice(0, firstTurn), input.slice(firstTurn)]
  const turns: { readonly role: HistoryTurn['role']; readonly parts: TurnPart[] }[] = []
  const add = (role: HistoryTurn['role'], parts: readonly TurnPart[]) => {
    if (parts.length === 0) return
    const last = turns.at(-1)
    if (last?.role === role) last.parts.push(...parts)
    else if (role === 'user') turns.push({ role, parts: [...resultsOf(last, outputs), ...parts] })
    else turns.push({ role, parts: [...parts] })
  }
  if (after[0] && isAssistants(after[0])) add('user', [{ type: 'text', text: 'Go on.' }])
  for (const item of after) {
    // The outputs of calls come with the first item behind them that is the user's.
    if (isOutput(item)) add('user', hasCalls(turns.at(-1)) ? resultMark : [])
    else add(isAssistants(item) ? 'assistant' : 'user', partsOf(item, tools))
  }
  if (turns.at(-1)?.role === 'assistant') {
    add('user', hasCalls(turns.at(-1)) ? resultMark : [{ type: 'text', text: goOn }])
  }
  return {
    system: before.flatMap((item) => (item.type === 'message' ? textOf(item) : [])).filter((text) => text !== ''),
    turns: turns.map(({ role, parts }) => ({ role, parts: parts.filter((part) => part !== mark) })),
  }
}

/** The bytes of an image, where it is a data URL; undefined for an address. */
export function imageData({ image_url: url }: ImagePart): ImageData | undefined {
  const [, mediaType, base64] = /^data:([^;,]+)(?:;[^,]*)?;base64,(.*)$/s.exec(url) ?? []
  return mediaType !== undefined && base64 !== undefined ? { mediaType, base64 } : undefined
}

const goOn = 'Your answer was cut off here. Go on where it ends, and repeat nothing of it.'
const interrupted = 'The call was interrupted: it has no result.'

/** Opens a turn of the user that holds results alone. */
const mark: TurnPart = { type: 'text', text: '' }
const resultMark: readonly TurnPart[] = [mark]

function hasCalls(turn: HistoryTurn | undefined): boolean {
  return turn?.parts.some(({ type }) => type === 'call') ?? false
}

function resultsOf(
  turn: HistoryTurn | undefined,
  outputs: ReadonlyMap<string, ToolCallOutputItem>,
): readonly TurnPart[] {
  return (turn?.parts ?? []).flatMap((part): TurnPart[] => {
    if (part.type !== 'call') return []
    const output = outputs.get(part.id)
    const { output: text = interrupted, images = [], failed = output === undefined } = output ?? {}
    return [{ type: 'result', id: part.id, text, images, failed }]
  })
}

function partsOf(item: HistoryItem, tools: readonly ToolSpec[]): readonly TurnPart[] {
  switch (item.type) {
    case 'message': {
      const isTold = item.role === 'developer' || item.role === 'system'
      const parts = item.content.map((part): TurnPart => {
        if (!('text' in part)) return { type: 'image', image: part }
        return { type: 'text', text: isTold ? `<developer>\n${part.text}\n</developer>` : part.text }
      })
      return parts.filter((part) => part.type !== 'text' || part.text.trim() !== '')
    }
    case 'agent_message':
      return [{ type: 'text', text: agentMessageText(item) }]
    case 'reasoning':
      return [{ type: 'reasoning', item }]
    case 'function_call':
    case 'custom_tool_call':
      return [{ type: 'call', id: item.call_id, name: item.name, input: inputOf(item, tools) }]
    default:
      return []
  }
}

/** Arguments that are no object were refused when they were called: they are told as they were. */
function inputOf(call: ToolCallItem, tools: readonly ToolSpec[]): Readonly<Record<string, unknown>> {
  if (call.type === 'custom_tool_call') {
    const spec = tools.find((tool) => tool.name === call.name)
    return { [spec?.type === 'freeform' ? spec.inputProperty : 'input']: call.input }
  }
  try {
    const value: unknown = JSON.parse(call.arguments || '{}')
    // Checked: an object that is no list.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  return { unreadable_arguments: call.arguments }
}

function isOutput(item: HistoryItem): item is ToolCallOutputItem {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}

function isSetUp(item: HistoryItem): boolean {
  return item.type === 'message' && (item.role === 'developer' || item.role === 'system')
}

function isAssistants(item: HistoryItem): boolean {
  return item.type === 'message' ? item.role === 'assistant' : !isOutput(item) && item.type !== 'agent_message'
}

function textOf(item: Extract<HistoryItem, { type: 'message' }>): string {
  return item.content.map((part) => ('text' in part ? part.text : '')).join('')
}
