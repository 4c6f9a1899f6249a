import { type TemplateSource, templateError } from './template-source.ts'

/** A piece of an expression. `offset` counts from the start of the template's text. */
export type Token =
  | { readonly type: 'path'; readonly segments: readonly [string, ...string[]]; readonly offset: number }
  | { readonly type: 'string'; readonly value: string; readonly offset: number }
  | { readonly type: 'number'; readonly value: number; readonly offset: number }
  | { readonly type: 'symbol'; readonly text: string; readonly offset: number }
  | { readonly type: 'end'; readonly offset: number }

const path = /@?[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*/y
const number = /-?\d+(?:\.\d+)?/y
const symbol = /==|!=|<=|>=|&&|\|\||\.\.\/?|[<>|:,()=!&*.[\]]/y
const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
])
/** What other languages write, and what is written here. */
const otherSpellings: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
  ['=', '=='],
])

/**
 * The tokens of one expression, an `end` token last.
 * @throws CodexError `command.template` for what is no token
 */
export function lexExpression(source: TemplateSource, start: number, end: number): readonly Token[] {
  const tokens: Token[] = []
  let position = start
  for (;;) {
    while (position < end && /\s/.test(source.text.charAt(position))) position += 1
    if (position >= end) return [...tokens, { type: 'end', offset: end }]
    const { token, length } = readToken(source, position, end)
    tokens.push(token)
    position += length
  }
}

function readToken(source: TemplateSource, offset: number, end: number): { token: Token; length: number } {
  const character = source.text.charAt(offset)
  if (character === '"' || character === "'") return readString(source, offset, end)
  const name = matchAt(path, source.text, offset)
  if (name !== undefined) {
    const [first = '', ...others] = name.split('.')
    return { token: { type: 'path', segments: [first, ...others], offset }, length: name.length }
  }
  const digits = matchAt(number, source.text, offset)
  if (digits !== undefined) {
    return { token: { type: 'number', value: Number(digits), offset }, length: digits.length }
  }
  const text = matchAt(symbol, source.text, offset)
  if (text === undefined) throw templateError(source, offset, `"${character}" is not part of an expression`)
  const spelling = otherSpellings.get(text)
  if (spelling !== undefined) {
    throw templateError(source, offset, `"${text}" is not an operator`, { hint: `Write ${spelling}.` })
  }
  return { token: { type: 'symbol', text, offset }, length: text.length }
}

function readString(source: TemplateSource, offset: number, end: number): { token: Token; length: number } {
  const quote = source.text.charAt(offset)
  let value = ''
  for (let position = offset + 1; position < end; position += 1) {
    const character = source.text.charAt(position)
    if (character === quote) {
      return { token: { type: 'string', value, offset }, length: position + 1 - offset }
    }
    if (character === '\n') break
    if (character === '\\') {
      position += 1
      const escaped = escapes.get(source.text.charAt(position))
      if (escaped === undefined) {
        throw templateError(source, position - 1, 'This escape is not known', {
          hint: 'A string knows \\n, \\t, \\\\, \\" and \\\'.',
        })
      }
      value += escaped
    } else {
      value += character
    }
  }
  throw templateError(source, offset, 'This string is not closed on its line', { hint: `Close it with ${quote}.` })
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  const sticky = new RegExp(pattern)
  sticky.lastIndex = offset
  return sticky.exec(text)?.[0]
}
