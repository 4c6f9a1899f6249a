import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkRuleTests } from './check-rule-tests.ts'
import { openParser } from './open-parser.ts'
import { definitionKind } from './scan-rule.ts'

const parse = (text: string) => definitionKind.parse({ file: 'rule.yml', text })
const diagnosticsOf = (text: string) =>
  parse(text).flatMap((parsed) => (parsed.id === undefined ? parsed.diagnostics : []))

const head = `id: no-sleep
language: python
severity: low
message: $FN waits
why: It waits.
`

test('defaults are filled in, and a file may hold several rules', () => {
  const text = `${head}rule: { pattern: $FN(1) }\n---\n${head.replace('no-sleep', 'no-nap')}rule: { pattern: $FN(2) }\n`
  const rules = parse(text)
  expect(rules.map((rule) => rule.id)).toEqual(['no-sleep', 'no-nap'])
  expect(rules[0]).toMatchObject({
    value: { category: 'security', confidence: 'medium', cwe: [], tests: { hit: [], miss: [] }, tests_in: 'lower' },
  })
})

test.each([
  ['an unknown field', `${head}rule: { pattern: $FN() }\nseverty: high\n`, { line: 7, column: 1, field: 'severty' }],
  [
    'a wrong value',
    `${head.replace('low', 'huge')}rule: { pattern: $FN() }\n`,
    { line: 3, column: 1, field: 'severity' },
  ],
  [
    'a word of a rule that does not exist',
    `${head}rule:\n  any:\n    - patern: $FN()\n`,
    { line: 8, column: 7, field: 'rule.any.0.patern' },
  ],
  ['a missing field', 'id: no-sleep\nlanguage: python\n', { line: 1, column: 1, field: 'severity' }],
  [
    'a metavariable that nothing binds',
    `${head}rule: { pattern: sleep($TIME) }\n`,
    { line: 4, column: 1, field: 'message' },
  ],
  ['text that is no YAML', `${head}rule: [\n`, { code: 'scan-rule.yaml', line: 7, column: 1 }],
  [
    'an anchor',
    `${head}rule: &rule { pattern: $FN() }\nutils: { again: *rule }\n`,
    { code: 'scan-rule.yaml', line: 7 },
  ],
  ['no rule', '# nothing\n', { code: 'scan-rule.empty' }],
])('%s is a diagnostic with its place', (_, text, expected) => {
  const diagnostics = diagnosticsOf(text)
  expect(diagnostics[0]).toMatchObject({ severity: 'error', file: 'rule.yml', ...expected })
})

test('one broken rule of a file leaves the others', () => {
  const results = parse(`${head}rule: { pattern: $FN() }\n---\nid: Broken\n`)
  expect(results.map((result) => result.id)).toEqual(['no-sleep', undefined])
})

test('the rules in the guide are valid and do what their tests say', async () => {
  const guide = readFileSync(new URL('../../../docs/scan-rules.md', import.meta.url), 'utf8')
  const blocks = [...guide.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  expect(blocks.length).toBeGreaterThanOrEqual(3)
  for (const block of blocks) {
    const [parsed] = parse(block)
    expect(diagnosticsOf(block), block).toEqual([])
    if (parsed?.id === undefined) continue
    expect(parsed.value.tests.hit.length, block).toBeGreaterThan(0)
    expect(checkRuleTests(parsed.value, await openParser()), block).toEqual([])
  }
})
