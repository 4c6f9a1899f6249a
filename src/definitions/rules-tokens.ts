import { readEscape } from './rules-escapes.ts'

/** A word of a `.rules` file and where it begins, from 1. */
export interface RulesToken {
  readonly type: 'name' | 'string' | 'number' | 'symbol' | 'newline' | 'end'
  /** As written; of a string its value. */
  readonly text: string
  readonly line: number
  readonly column: number
}

/** What stops the reading of a `.rules` file. Never leaves `parseRules`. */
export class RulesProblem extends Error {
  readonly line: number
  readonly column: number

  constructor(message: string, place: { readonly line: number; readonly column: number }) {
    super(message)
    this.line = place.line
    this.column = place.column
  }
}

const opening: ReadonlySet<string> = new Set('([{')
const closing: ReadonlySet<string> = new Set(')]}')

const tokenPatterns = [
  ['space', /[ \t]+|#[^\n]*|\\\n/y],
  ['newline', /\n/y],
  ['string', /r?("""|'''|"|')/y],
  ['name', /[A-Za-z_]\w*/y],
  ['number', /\d[\w.]*/y],
  ['symbol', /[^\s\w]/y],
] as const

/** The words of a Starlark text; comments, spaces and the line ends inside of brackets are left out. @throws RulesProblem for a string that does not end */
export function readRulesTokens(written: string): readonly RulesToken[] {
  const text = written.replaceAll('\r\n', '\n')
  const tokens: RulesToken[] = []
  let offset = 0
  let line = 1
  let lineStart = 0
  let depth = 0
  while (offset < text.length) {
    const place = { line, column: offset - lineStart + 1 }
    const [type, found] = matchAt(text, offset)
    const string = type === 'string' ? readString(text, offset, found, place) : undefined
    const source = text.slice(offset, string?.end ?? offset + found.length)
    if (type === 'symbol') depth = Math.max(0, depth + (opening.has(found) ? 1 : closing.has(found) ? -1 : 0))
    if (type !== 'space' && !(type === 'newline' && depth > 0))
      tokens.push({ type, text: string?.value ?? source, ...place })
    line += source.match(/\n/g)?.length ?? 0
    if (source.includes('\n')) lineStart = offset + source.lastIndexOf('\n') + 1
    offset += source.length
  }
  return [...tokens, { type: 'end', text: 'the end of the file', line, column: offset - lineStart + 1 }]
}

function matchAt(text: string, offset: number): readonly [RulesToken['type'] | 'space', string] {
  for (const [type, pattern] of tokenPatterns) {
    pattern.lastIndex = offset
    const match = pattern.exec(text)
    if (match !== null) return [type, match[0]]
  }
  return ['symbol', text.charAt(offset)]
}

function readString(text: string, start: number, opening: string, place: { line: number; column: number }) {
  const isRaw = opening.startsWith('r')
  const quote = isRaw ? opening.slice(1) : opening
  let value = ''
  for (let index = start + opening.length; index < text.length; ) {
    const character = text.charAt(index)
    if (text.startsWith(quote, index)) return { value, end: index + quote.length }
    if (character === '\n' && quote.length === 1) break
    const part = character === '\\' ? readEscape(text, index, isRaw) : { value: character, end: index + 1 }
    if (part === undefined) {
      const written = /^\\(?:x.{0,2}|u.{0,4}|U.{0,8})/su.exec(text.slice(index))?.[0] ?? '\\'
      throw new RulesProblem(`invalid string escape sequence \`${written}\``, place)
    }
    value += part.value
    index = part.end
  }
  throw new RulesProblem('The string has no end', place)
}
