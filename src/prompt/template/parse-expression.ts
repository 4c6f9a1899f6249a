import { filterNames } from './filters.ts'
import { lexExpression, type Token } from './lex-expression.ts'
import { type TemplateSource, templateError } from './template-source.ts'

const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof comparisons)[number] | 'in'

/** An expression of docs/template-grammar.md. `offset` is its place in the template's text. */
export type Expression = { readonly offset: number } & (
  | { readonly type: 'literal'; readonly value: string | number | boolean }
  | { readonly type: 'path'; readonly segments: readonly [string, ...string[]] }
  | { readonly type: 'call'; readonly name: string; readonly argument: Expression }
  | {
      readonly type: 'filter'
      readonly name: string
      readonly input: Expression
      readonly arguments: readonly Expression[]
    }
  | { readonly type: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'not'; readonly operand: Expression }
)

const keywords: readonly string[] = ['and', 'or', 'not', 'in', 'as', 'else']
/** Bounds how deep an expression can nest: far more than a person writes, far less than the stack holds. */
const maxTokens = 500

interface Cursor {
  readonly source: TemplateSource
  readonly tokens: readonly Token[]
  readonly functions: readonly string[]
  next: number
}

/**
 * Parses the expression that the text from `start` to `end` begins with, and gives the tokens that follow it.
 * `functions` names what may be called with a value: `file_content args.file`.
 * @throws CodexError `command.template`
 */
export function parseExpression(
  source: TemplateSource,
  start: number,
  end: number,
  functions: readonly string[],
): { expression: Expression; following: readonly Token[] } {
  const tokens = lexExpression(source, start, end)
  if (tokens.length > maxTokens) {
    throw templateError(source, start, `This expression has more than ${maxTokens} words and signs`)
  }
  const cursor: Cursor = { source, tokens, functions, next: 0 }
  const expression = parsePipeline(cursor)
  return { expression, following: tokens.slice(cursor.next) }
}

/** @throws CodexError `command.template` where anything follows the expression */
export function expectEnd(source: TemplateSource, following: readonly Token[]): void {
  const [next] = following
  if (!next || next.type === 'end') return
  throw templateError(source, next.offset, `${describe(next)} is not expected here`, {
    hint: 'A name, a comparison or a filter is one expression; (name | lower) == "x" compares a filtered value.',
  })
}

/** True for the one word, which is no part of a longer path. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.type === 'path' && token.segments.length === 1 && token.segments[0] === word
}

function parsePipeline(cursor: Cursor): Expression {
  let input = parseOr(cursor)
  while (takeSymbol(cursor, '|')) {
    const token = take(cursor)
    const name = token.type === 'path' ? token.segments.join('.') : ''
    if (!filterNames.includes(name)) {
      throw templateError(cursor.source, token.offset, `${describe(token)} is no filter`, {
        hint: `The filters are ${filterNames.join(', ')}.`,
      })
    }
    input = { type: 'filter', name, input, arguments: parseFilterArguments(cursor), offset: token.offset }
  }
  return input
}

function parseFilterArguments(cursor: Cursor): readonly Expression[] {
  if (!takeSymbol(cursor, ':')) return []
  const values = [parsePrimary(cursor)]
  while (takeSymbol(cursor, ',')) values.push(parsePrimary(cursor))
  return values
}

function parseOr(cursor: Cursor): Expression {
  let left = parseAnd(cursor)
  for (let token = takeWord(cursor, 'or'); token; token = takeWord(cursor, 'or')) {
    left = { type: 'or', left, right: parseAnd(cursor), offset: token.offset }
  }
  return left
}

function parseAnd(cursor: Cursor): Expression {
  let left = parseNot(cursor)
  for (let token = takeWord(cursor, 'and'); token; token = takeWord(cursor, 'and')) {
    left = { type: 'and', left, right: parseNot(cursor), offset: token.offset }
  }
  return left
}

function parseNot(cursor: Cursor): Expression {
  const token = takeWord(cursor, 'not')
  return token ? { type: 'not', operand: parseNot(cursor), offset: token.offset } : parseComparison(cursor)
}

function parseComparison(cursor: Cursor): Expression {
  const left = parsePrimary(cursor)
  const token = peek(cursor)
  const operator = comparisonOf(token)
  if (!operator) return left
  cursor.next += 1
  return { type: 'compare', operator, left, right: parsePrimary(cursor), offset: token.offset }
}

function parsePrimary(cursor: Cursor): Expression {
  const token = take(cursor)
  if (token.type === 'string' || token.type === 'number') {
    return { type: 'literal', value: token.value, offset: token.offset }
  }
  if (token.type === 'symbol' && token.text === '(') {
    const inner = parsePipeline(cursor)
    if (!takeSymbol(cursor, ')')) throw templateError(cursor.source, token.offset, 'This ( is not closed')
    return inner
  }
  if (token.type !== 'path') throw unexpected(cursor, token)
  const [name] = token.segments
  if (token.segments.length > 1) return token
  if (name === 'true' || name === 'false') return { type: 'literal', value: name === 'true', offset: token.offset }
  if (keywords.includes(name)) throw unexpected(cursor, token)
  if (!cursor.functions.includes(name)) return token
  return { type: 'call', name, argument: parsePrimary(cursor), offset: token.offset }
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.next] ?? { type: 'end', offset: cursor.source.text.length }
}

function take(cursor: Cursor): Token {
  const token = peek(cursor)
  cursor.next += 1
  return token
}

function takeSymbol(cursor: Cursor, text: string): boolean {
  const token = peek(cursor)
  if (token.type !== 'symbol' || token.text !== text) return false
  cursor.next += 1
  return true
}

function takeWord(cursor: Cursor, word: string): Token | undefined {
  const token = peek(cursor)
  if (!isWord(token, word)) return undefined
  cursor.next += 1
  return token
}

function comparisonOf(token: Token): Comparison | undefined {
  if (isWord(token, 'in')) return 'in'
  return token.type === 'symbol' ? comparisons.find((operator) => operator === token.text) : undefined
}

function unexpected(cursor: Cursor, token: Token): Error {
  const isParent = token.type === 'symbol' && token.text.startsWith('..')
  return templateError(cursor.source, token.offset, `A value is expected here, not ${describe(token)}`, {
    hint: isParent
      ? 'Outer names are visible as they are; name the inner value with {{#each list as |item|}}.'
      : 'A value is a name such as args.path, "text", a number, true, false, or (an expression).',
  })
}

function describe(token: Token): string {
  if (token.type === 'end') return 'the end of the tag'
  if (token.type === 'path') return `"${token.segments.join('.')}"`
  return token.type === 'symbol' ? `"${token.text}"` : JSON.stringify(token.value)
}
