import { formatValue, isEmptyValue } from './format-value.ts'
import { markdownCode, markdownPlain } from './markdown-text.ts'

interface Filter {
  /** What each argument is; its length is how many there are. */
  readonly takes: readonly ('value' | 'count' | 'text')[]
  apply(input: unknown, argument: unknown): unknown
}

/** The filters of docs/template-grammar.md. Those on text take any other value as it would be printed. */
const filters = {
  default: { takes: ['value'], apply: (input, fallback) => (isEmptyValue(input) ? fallback : input) },
  upper: { takes: [], apply: (input) => formatValue(input).toUpperCase() },
  lower: { takes: [], apply: (input) => formatValue(input).toLowerCase() },
  trim: { takes: [], apply: (input) => formatValue(input).trim() },
  json: { takes: [], apply: (input) => JSON.stringify(input ?? null, null, 2) },
  lines: { takes: ['count'], apply: (input, count) => firstLines(formatValue(input), Number(count)) },
  line: { takes: [], apply: (input) => formatValue(input).trim().split('\n', 1)[0]?.trimEnd() ?? '' },
  count: { takes: ['text'], apply: (input, noun) => counted(formatValue(input), String(noun)) },
  truncate: { takes: ['count'], apply: (input, count) => firstCharacters(formatValue(input), Number(count)) },
  code: { takes: [], apply: (input) => markdownCode(formatValue(input)) },
  place: { takes: ['value'], apply: (input, line) => markdownCode(placeOf(formatValue(input), formatValue(line))) },
  plain: { takes: [], apply: (input) => markdownPlain(formatValue(input)) },
  join: { takes: ['text'], apply: (input, separator) => joined(input, String(separator)) },
} satisfies Record<string, Filter>

export type FilterName = keyof typeof filters

export const filterNames: readonly string[] = Object.keys(filters)

/** Applies a filter to a value; the sentence that says what is wrong with its arguments, as `{ problem }`. */
export function applyFilter(
  name: string,
  input: unknown,
  values: readonly unknown[],
): { readonly value: unknown } | { readonly problem: string } {
  if (!isFilterName(name)) return { problem: `"${name}" is no filter` }
  const filter: Filter = filters[name]
  if (values.length !== filter.takes.length) {
    const takes = filter.takes.length === 0 ? 'no argument' : `one argument: ${name}: ${filter.takes[0]}`
    return { problem: `The filter ${name} takes ${takes}` }
  }
  const [argument] = values
  const [kind] = filter.takes
  if (kind === 'count' && !(Number.isInteger(argument) && Number(argument) >= 0)) {
    return { problem: `The filter ${name} takes a whole number that is not negative` }
  }
  if (kind === 'text' && typeof argument !== 'string') return { problem: `The filter ${name} takes a text` }
  return { value: filter.apply(input, argument) }
}

function isFilterName(name: string): name is FilterName {
  return Object.hasOwn(filters, name)
}

function firstLines(text: string, count: number): string {
  const lines = text.replace(/\n$/, '').split('\n')
  if (lines.length <= count) return text
  return [...lines.slice(0, count), `[${lines.length - count} more lines]`].join('\n')
}

function firstCharacters(text: string, count: number): string {
  const characters = Array.from(text)
  return characters.length <= count ? text : `${characters.slice(0, count).join('')}…`
}

const placeOf = (file: string, line: string): string => (line === '' ? file : `${file}:${line}`)

/** One value is a list of one; nothing is an empty list. */
function joined(input: unknown, separator: string): string {
  const items: readonly unknown[] = Array.isArray(input) ? input : isEmptyValue(input) ? [] : [input]
  return items.map(formatValue).join(separator)
}

/** `1 file`, `2 files`; nothing for what is empty. */
function counted(number: string, noun: string): string {
  return number === '' ? '' : `${number} ${noun}${number === '1' ? '' : 's'}`
}
