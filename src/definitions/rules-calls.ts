import { RulesProblem, type RulesToken, readRulesTokens } from './rules-tokens.ts'

interface Place {
  readonly line: number
  readonly column: number
}

/** A value as it is written. `other` is one of a type that no rule takes, by its Starlark name. */
export type Literal =
  | (Place & { readonly type: 'string'; readonly value: string })
  | (Place & { readonly type: 'list'; readonly items: readonly Literal[] })
  | (Place & { readonly type: 'other'; readonly name: string })

export interface RulesCall extends Place {
  readonly name: string
  readonly positional: readonly Literal[]
  readonly named: ReadonlyMap<string, Literal>
}

const statements = new Set(['def', 'for', 'if', 'while', 'load', 'return', 'lambda', 'pass', 'else', 'elif'])
const operators = new Set(['if', 'for', 'in', 'and', 'or', 'not'])
const constants: Readonly<Record<string, string>> = { True: 'bool', False: 'bool', None: 'NoneType' }

/**
 * The calls of a `.rules` file, in order. Only calls with literal values are read: nothing is evaluated. What came before a
 * problem is given with it.
 */
export function readRulesCalls(text: string): { calls: readonly RulesCall[]; problem?: RulesProblem } {
  const calls: RulesCall[] = []
  try {
    const reader = createReader(readRulesTokens(text))
    for (;;) {
      reader.startStatement()
      if (reader.peek().type === 'end') return { calls }
      if (reader.peek().type === 'string') reader.next()
      else calls.push(readCall(reader))
      reader.endStatement()
    }
  } catch (error) {
    if (error instanceof RulesProblem) return { calls, problem: error }
    throw error
  }
}

type Reader = ReturnType<typeof createReader>

function createReader(tokens: readonly RulesToken[]) {
  const end: RulesToken = tokens.at(-1) ?? { type: 'end', text: '', line: 1, column: 1 }
  let index = 0
  const peek = (): RulesToken => tokens[index] ?? end
  const next = (): RulesToken => {
    const token = peek()
    index += 1
    return token
  }
  const skipNewlines = (): void => {
    while (peek().type === 'newline') index += 1
  }
  return {
    peek,
    next,
    isSymbol: (symbol: string) => peek().type === 'symbol' && peek().text === symbol,
    startStatement(): void {
      const previous = tokens[index - 1]
      if (previous?.type === 'symbol' && previous.text === ';') {
        if (peek().type !== 'newline') return
      }
      skipNewlines()
      const token = peek()
      if (token.column > 1 && token.type !== 'end')
        throw new RulesProblem('The line is indented, and nothing above it asks for that', token)
    },
    expect(symbol: string, context: string): void {
      const token = next()
      if (token.type === 'symbol' && token.text === symbol) return
      if (isOperator(token)) throw notLiteral(`\`${token.text}\``, token)
      throw unexpected(token, `\`${symbol}\` ${context}`)
    },
    /** At the end of a line, or behind a `;`. */
    endStatement(): void {
      const token = peek()
      if (token.type === 'symbol' && token.text === ';') index += 1
      else if (token.type !== 'newline' && token.type !== 'end') throw unexpected(token, 'the end of the line')
    },
  }
}

function readCall(reader: Reader): RulesCall {
  const name = reader.next()
  if (name.type !== 'name') throw unexpected(name, 'a call such as prefix_rule(...)')
  if (statements.has(name.text)) throw notLiteral(`\`${name.text}\``, name)
  if (reader.isSymbol('=')) throw notLiteral(`The variable \`${name.text}\``, name)
  if (!reader.isSymbol('(')) throw new RulesProblem(`Variable \`${name.text}\` not found`, name)
  reader.next()

  const positional: Literal[] = []
  const named = new Map<string, Literal>()
  for (;;) {
    if (reader.isSymbol(')')) break
    const value = readArgument(reader)
    if (value.name === undefined) {
      if (named.size > 0) throw new RulesProblem('A positional argument stands after a named one', value.literal)
      positional.push(value.literal)
    } else {
      if (named.has(value.name)) throw new RulesProblem(`"${value.name}" is given twice`, value.literal)
      named.set(value.name, value.literal)
    }
    if (!reader.isSymbol(')')) reader.expect(',', `or \`)\` in the call of ${name.text}`)
  }
  reader.next()
  return { name: name.text, positional, named, line: name.line, column: name.column }
}

function readArgument(reader: Reader): { name?: string; literal: Literal } {
  const token = reader.peek()
  if (token.type !== 'name' || Object.hasOwn(constants, token.text)) return { literal: readLiteral(reader) }
  reader.next()
  if (!reader.isSymbol('=')) throw nameAsValue(token, reader)
  reader.next()
  return { name: token.text, literal: readLiteral(reader) }
}

function readLiteral(reader: Reader): Literal {
  const token = reader.next()
  const { line, column } = token
  if (token.type === 'string') return { type: 'string', value: token.text, line, column }
  if (token.type === 'number') return { type: 'other', name: token.text.includes('.') ? 'float' : 'int', line, column }
  if (token.type === 'symbol' && token.text === '[') return { type: 'list', items: readItems(reader), line, column }
  if (token.type === 'name') {
    const constant = Object.hasOwn(constants, token.text) ? constants[token.text] : undefined
    if (constant === undefined) throw nameAsValue(token, reader)
    return { type: 'other', name: constant, line, column }
  }
  throw token.type === 'symbol' ? notLiteral(`\`${token.text}\``, token) : unexpected(token, 'a value')
}

function readItems(reader: Reader): readonly Literal[] {
  const items: Literal[] = []
  for (;;) {
    if (reader.isSymbol(']')) break
    items.push(readLiteral(reader))
    if (!reader.isSymbol(']')) reader.expect(',', 'or `]` in the list')
  }
  reader.next()
  return items
}

/** What would make one value of several. */
function isOperator({ type, text }: RulesToken): boolean {
  return type === 'symbol' ? /[-+*/%|&^<>=!.([{]/.test(text) : type === 'name' && operators.has(text)
}

function nameAsValue(token: RulesToken, reader: Reader): RulesProblem {
  if (reader.isSymbol('(') || statements.has(token.text)) return notLiteral(`\`${token.text}\``, token)
  return new RulesProblem(`Variable \`${token.text}\` not found`, token)
}

function notLiteral(what: string, place: Place): RulesProblem {
  return new RulesProblem(
    `${what} is not read: a rules file holds calls with literal values and nothing is evaluated`,
    place,
  )
}

function unexpected(token: RulesToken, expected: string): RulesProblem {
  const found =
    token.type === 'newline' ? 'the end of the line' : token.type === 'end' ? token.text : `\`${token.text}\``
  return new RulesProblem(`Expected ${expected}, found ${found}`, token)
}
