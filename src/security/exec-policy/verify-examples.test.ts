import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { policyKind } from '../../definitions/parse-policy.ts'
import type { ParsedDefinition, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { verifyExamples } from './verify-examples.ts'

async function problems(rule: Partial<PolicyRule>): Promise<readonly string[]> {
  const rules = [{ pattern: ['rm', '-rf'], decision: 'forbidden' as const, match: [], not_match: [], ...rule }]
  const parsed = { id: 'p', value: { id: 'p', description: '', rules, ruleLines: [1] } }
  return ((await verifyExamples(parsed, '/none.toml')).diagnostics ?? []).map(
    ({ field, message }) => `${field}: ${message}`,
  )
}

const meant = [
  'rm -rf x',
  'rm x -vf --rec',
  'rm -r -f x',
  '/bin/rm -rf x',
  'sudo rm -rf x',
  'ls; rm -rf x',
  'bash -c "rm -fr x"',
  'rm $x',
]
const notMeant = ['rm x', 'rm -r x', 'ls -rf', 'echo rm -rf x', 'git rm -rf x']

test.each(meant)('a line that a rule would forbid is one that it matches: %s', async (line) => {
  expect(await problems({ match: [line] })).toEqual([])
  const [problem, ...others] = await problems({ not_match: ['ls', line] })
  expect(others).toEqual([])
  expect(problem).toContain('rules.0.not_match.1: this rule says "forbidden" of')
})

test.each(notMeant)('a line of which a rule says nothing is one that it does not match: %s', async (line) => {
  expect(await problems({ not_match: [line] })).toEqual([])
  expect(await problems({ match: [line] })).toEqual([
    expect.stringContaining(`rules.0.match.0: this rule does not say "forbidden" of \`${line}\``),
  ])
})

test('a rule that allows matches what it would allow, and no command that does more than its words say', async () => {
  const allows: Partial<PolicyRule> = { pattern: ['find'], decision: 'allow' }
  expect(await problems({ ...allows, match: ['find . -name x', 'env find .', '/usr/bin/find .'] })).toEqual([])
  expect(await problems({ ...allows, not_match: ['find . -delete', './find .', 'fd x'] })).toEqual([])
  expect(await problems({ ...allows, match: ['find . -delete'] })).toEqual([
    'rules.0.match.0: this rule does not say "allow" of `find . -delete`: no rule says what it does: find -delete does more than reading',
  ])
})

test('the command of a line that a rule is about is named', async () => {
  expect(await problems({ not_match: ['ls && env rm -rf x'] })).toEqual([
    'rules.0.not_match.0: this rule says "forbidden" of `ls && env rm -rf x`: it runs `rm -rf x`',
  ])
})

test('the examples of .rules files are left to who compares them word for word', async () => {
  const text = 'prefix_rule(["rm", "-rf"], "forbidden", match=["rm -rf x"], not_match=["env rm -rf x"])'
  const [parsed] = policyKind.parse({ file: '/x.rules', text })
  expect(parsed && (await verifyExamples(parsed as ParsedDefinition<PolicyDefinition>, '/x.rules'))).toBe(parsed)
})

test('the examples of the policies of this program hold', async () => {
  const directory = join(import.meta.dirname, '../../../profiles/policies')
  for (const name of readdirSync(directory)) {
    const file = join(directory, name)
    const [parsed] = policyKind.parse({ file, text: readFileSync(file, 'utf8') })
    expect((await verifyExamples(parsed as ParsedDefinition<PolicyDefinition>, file)).diagnostics).toBeUndefined()
  }
})
