import type { HistoryItem, ModelRequest, RecordedQuestion } from 'codex-kernel/plugin-api'

/** The first place where a request is not the recorded one. */
export interface Difference {
  /** Such as `input[3].content[0].text`. */
  readonly path: string
  /** What the item is, for people; absent where it is none. */
  readonly what?: string
  /** An excerpt. */
  readonly expected: string
  /** An excerpt. */
  readonly actual: string
}

/** Of a text, so much stands before and behind the place. */
const aroundLength = 60
/** Stands in recordings where a secret stood. */
const redacted = '[redacted]'
const nothing = 'nothing'

/**
 * Compares what is asked with what was asked, item by item.
 *
 * @param neutral takes a text of this run to the form that recordings have
 */
export function firstDifference(
  request: ModelRequest,
  recorded: RecordedQuestion,
  neutral: (text: string) => string,
): Difference | undefined {
  return (
    compare(request.model, recorded.model, 'model', neutral) ??
    compareItems(request.input, recorded.input, neutral) ??
    compareTools(request.tools, recorded.tools, neutral)
  )
}

function compareItems(
  actual: readonly HistoryItem[],
  recorded: readonly HistoryItem[],
  neutral: (text: string) => string,
): Difference | undefined {
  const count = Math.max(actual.length, recorded.length)
  for (let index = 0; index < count; index += 1) {
    const found = compare(asSent(actual[index]), asSent(recorded[index]), `input[${index}]`, neutral)
    if (found) return { ...found, what: describe(recorded[index] ?? actual[index], recorded) }
  }
  return undefined
}

/** What no model is sent may differ: times, counts, a line for people. */
function asSent(item: HistoryItem | undefined): unknown {
  if (item?.type !== 'function_call_output' && item?.type !== 'custom_tool_call_output') return item
  const { structured: _structured, summary: _summary, failed: _failed, ...sent } = item
  return sent
}

/** By name: one that is missing would shift all behind it. */
function compareTools(
  actual: RecordedQuestion['tools'],
  recorded: RecordedQuestion['tools'],
  neutral: (text: string) => string,
): Difference | undefined {
  const byName = new Map(actual.map((tool) => [tool.name, tool]))
  for (const tool of recorded) {
    const path = `tools.${tool.name}`
    const found = compare(byName.get(tool.name), tool, path, neutral)
    if (found) return found
  }
  const known = new Set(recorded.map(({ name }) => name))
  const more = actual.find(({ name }) => !known.has(name))
  return more && { path: `tools.${more.name}`, expected: nothing, actual: excerpt(JSON.stringify(more), 0) }
}

function compare(
  actual: unknown,
  recorded: unknown,
  path: string,
  neutral: (text: string) => string,
): Difference | undefined {
  if (typeof actual === 'string' && typeof recorded === 'string') return compareTexts(neutral(actual), recorded, path)
  if (Array.isArray(actual) && Array.isArray(recorded)) {
    const indices = Array.from({ length: Math.max(actual.length, recorded.length) }, (_, index) => index)
    return firstOf(indices, (index) => compare(actual[index], recorded[index], `${path}[${index}]`, neutral))
  }
  if (isTable(actual) && isTable(recorded)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])]
    return firstOf(keys, (key) => compare(actual[key], recorded[key], `${path}.${key}`, neutral))
  }
  if (actual === recorded) return undefined
  const shown = (value: unknown) => (value === undefined ? nothing : excerpt(neutral(JSON.stringify(value)), 0))
  return { path, expected: shown(recorded), actual: shown(actual) }
}

/** A secret that the recording does not have may be any text. */
function compareTexts(actual: string, recorded: string, path: string): Difference | undefined {
  if (actual === recorded || isAround(actual, recorded.split(redacted))) return undefined
  let place = 0
  while (actual[place] === recorded[place]) place += 1
  return { path, expected: excerpt(recorded, place), actual: excerpt(actual, place) }
}

/** Whether the parts stand in the text in order, the first at its beginning and the last at its end. */
function isAround(text: string, parts: readonly string[]): boolean {
  if (parts.length < 2) return false
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!text.startsWith(first)) return false
  let place = first.length
  for (const part of rest) {
    const found = text.indexOf(part, place)
    if (found === -1) return false
    place = found + part.length
  }
  return text.length - last.length >= place && text.endsWith(last)
}

function excerpt(text: string, place: number): string {
  const from = Math.max(0, place - aroundLength)
  const to = Math.min(text.length, place + aroundLength)
  const middle = JSON.stringify(text.slice(from, to)).slice(1, -1)
  return `${from > 0 ? '…' : ''}${middle}${to < text.length ? '…' : ''}` || '(empty)'
}

function describe(item: HistoryItem | undefined, all: readonly HistoryItem[]): string {
  switch (item?.type) {
    case 'message':
      return `message of the ${item.role}`
    case 'function_call':
    case 'custom_tool_call':
      return `call of ${item.name}`
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const call = all.find((each) => 'name' in each && 'call_id' in each && each.call_id === item.call_id)
      return `output of ${call && 'name' in call ? String(call.name) : item.call_id}`
    }
    default:
      return item?.type ?? 'an item'
  }
}

function firstOf<Key>(keys: readonly Key[], find: (key: Key) => Difference | undefined): Difference | undefined {
  for (const key of keys) {
    const found = find(key)
    if (found) return found
  }
  return undefined
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
