import { expect, test } from 'vitest'
import { definitionKind } from './scan-rule.ts'

async function lint(lines: readonly string[]): Promise<readonly string[]> {
  const head = ['id: sample', 'language: [javascript, typescript]', 'severity: low', 'message: Found', 'why: Because.']
  const found = await definitionKind.lint?.({ file: 'sample.yml', text: [...head, ...lines].join('\n') })
  return (found ?? []).map(({ severity, line, column, field, message }) =>
    [severity, `${line}:${column}`, field, message].join(' '),
  )
}

test('a kind that the grammar does not know is refused at its place, in each language that does not know it', async () => {
  expect(await lint(['rule:', '  any:', '    - pattern: eval($X)', '    - { kind: call_expresion }'])).toEqual([
    'error 9:9 rule.any.1.kind javascript cannot use it: Kind `call_expresion` is invalid',
    'error 9:9 rule.any.1.kind typescript cannot use it: Kind `call_expresion` is invalid',
  ])
  expect(await lint(['rule: { kind: ambient_declaration }'])).toEqual([
    'error 6:9 rule.kind javascript cannot use it: Kind `ambient_declaration` is invalid',
  ])
})

test('an expression that does not compile is refused, in constraints, relations and flows too', async () => {
  const found = await lint([
    'rule: { pattern: run($X), inside: { kind: program, stopBy: { regex: "a(" } } }',
    'constraints: { X: { regex: "[" } }',
    'flow: { value: $X, sanitizers: [{ pattern: clean($_) }, { kind: nothing }] }',
  ])
  expect(found.map((each) => each.split(' ').slice(0, 3).join(' '))).toEqual([
    'error 7:21 constraints.X.regex',
    'error 6:62 rule.inside.stopBy.regex',
    'error 8:59 flow.sanitizers.1.kind',
    'error 7:21 constraints.X.regex',
    'error 6:62 rule.inside.stopBy.regex',
    'error 8:59 flow.sanitizers.1.kind',
  ])
})

test('parts that are right for themselves and do not go together are refused as a whole', async () => {
  expect(await lint(['rule: { pattern: run($X), has: { field: alias } }'])).toMatchObject([
    expect.stringMatching(/^error 6:1 rule javascript cannot use it: .*positive matcher/),
    expect.stringMatching(/^error 6:1 rule typescript/),
  ])
})

test('a pattern that is no code is a warning, and a rule that is right has none', async () => {
  expect(await lint(['rule: { pattern: "if ) ($A" }'])).toMatchObject([
    expect.stringMatching(/^warning 6:9 rule.pattern The pattern does not parse as javascript/),
    expect.stringMatching(/^warning 6:9 rule.pattern The pattern does not parse as typescript/),
  ])
  expect(await lint(['rule: { any: [{ pattern: "run($X, $$$)" }, { kind: identifier, regex: "^a|b$" }] }'])).toEqual([])
})
