import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PolicyRule } from '../plugin-api/policy.ts'
import { parseRules } from './parse-rules.ts'

/** What may stand between two words inside of brackets. */
const gap = fc.constantFrom('', ' ', '\t', '\n', '\r\n', ' # a "comment" (\n', '\\\n', '  \n\n ')
/** A string and one way to write it. */
const word = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('"', "'", '"""', "'''", 'r"'), fc.boolean())
  .map(([value, quote, asNumbers]) => ({ value, text: quoted(value, quote, asNumbers) }))

const element = fc.oneof(
  word.map(({ value, text }) => ({ value: value as string | string[], text })),
  fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), gap, fc.boolean()).map(([words, between, hasEnd]) => ({
    value: words.map(({ value }) => value) as string | string[],
    text: `[${between}${words.map(({ text }) => text).join(`${between},`)}${hasEnd ? ',' : ''}${between}]`,
  })),
)
const decision = fc.constantFrom('allow', 'prompt', 'forbidden')
const call = fc
  .record({
    pattern: fc.array(element, { minLength: 1, maxLength: 4 }),
    decision: fc.option(decision, { nil: undefined }),
    why: fc.option(
      word.filter(({ value }) => value.trim() !== ''),
      { nil: undefined },
    ),
    between: gap,
    isNamed: fc.boolean(),
    hasEnd: fc.boolean(),
  })
  .map(({ pattern, decision, why, between, isNamed, hasEnd }) => {
    const list = `[${pattern.map(({ text }) => `${between}${text}${between}`).join(',')}]`
    const named = (name: string, text: string) => `${between}${name}${between}=${between}${text}`
    const parts = [
      isNamed ? named('pattern', list) : list,
      ...(decision === undefined ? [] : [isNamed ? named('decision', `"${decision}"`) : `"${decision}"`]),
      ...(why === undefined ? [] : [named('justification', why.text)]),
    ]
    return {
      text: `prefix_rule(${between}${parts.join(`${between},${between}`)}${hasEnd ? ',' : ''}${between})`,
      rule: {
        pattern: pattern.map(({ value }) => value),
        decision: decision ?? 'allow',
        ...(why !== undefined && { justification: why.value }),
      },
    }
  })
const between = fc.constantFrom('\n', '\r\n', ';', ' ; ', '\n# comment\n\n', ' # behind\n', '\n  # indented\n')
const file = fc.array(fc.tuple(call, between), { maxLength: 5 })

function quoted(value: string, quote: string, asNumbers: boolean): string {
  const isRaw = quote.startsWith('r') && !/["'\\\n\r]/.test(value)
  if (isRaw) return `r"${value}"`
  const end = quote.replace('r', '')
  const characters = [...value].map((character) => {
    const code = character.codePointAt(0) ?? 0
    if (!asNumbers && !/["'\\\n\r]/.test(character)) return character
    return code <= 0xff ? `\\x${hex(code, 2)}` : code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  })
  return `${end}${characters.join('')}${end}`
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0')
}

function written(rules: readonly PolicyRule[]): readonly object[] {
  return rules.map(({ match: _, not_match: __, ...rule }) => rule)
}

test('a rules file says the same however it is written', () => {
  fc.assert(
    fc.property(file, (calls) => {
      const { rules, ruleLines, diagnostics } = parseRules(
        calls.map(([{ text }, end]) => text + end).join(''),
        'x.rules',
      )
      expect(diagnostics).toEqual([])
      expect(written(rules)).toEqual(calls.map(([{ rule }]) => rule))
      expect(ruleLines).toHaveLength(rules.length)
    }),
  )
})

test('what is cut off, put in or taken out is read as it stands or told with its place, and never thrown', () => {
  const pieces = fc.constantFrom(
    ...[
      '(',
      ')',
      '[',
      ']',
      ',',
      '=',
      '"',
      "'",
      '"""',
      '\\',
      '#',
      '\n',
      ';',
      '+',
      'def f():',
      'for x in y:',
      'None',
      '1',
      ' ',
    ],
    ...[
      'lambda',
      'prefix_rule',
      'host_executable(',
      'network_rule(host="x"',
      '{',
      '}',
      '*',
      'load("a")',
      '\0',
      '\ud800',
    ],
  )
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 6 }),
    piece: fc.oneof(pieces, fc.string({ maxLength: 3 })),
  })
  fc.assert(
    fc.property(file, fc.array(edit, { minLength: 1, maxLength: 4 }), (calls, edits) => {
      const text = edits.reduce(
        (whole, { at, length, piece }) => {
          const start = at % (whole.length + 1)
          return whole.slice(0, start) + piece + whole.slice(start + length)
        },
        calls.map(([each, end]) => each.text + end).join(''),
      )
      const lines = text.split('\n').length
      for (const { line = 0, column = 0, message } of parseRules(text, 'x.rules').diagnostics) {
        expect(message).not.toBe('')
        expect(line).toBeGreaterThan(0)
        expect(line).toBeLessThanOrEqual(lines)
        expect(column).toBeGreaterThan(0)
      }
    }),
  )
})

test('any text at all is read in time that grows with its length', () => {
  for (const piece of ['[', '(', '"""', 'prefix_rule(', '\\', '# ', 'a"', '\n', ';', "r'", '[[', '\\x']) {
    const { diagnostics } = parseRules(piece.repeat(20_000), 'x.rules')
    expect(diagnostics.length).toBeLessThan(20_000)
  }
})
