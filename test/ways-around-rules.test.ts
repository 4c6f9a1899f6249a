import { expect, test } from 'vitest'
import type { Definition, PolicyDefinition, PolicyRule } from '../src/plugin-api/index.ts'
import { checkScript } from '../src/security/exec-policy/check-script.ts'
import { createExecPolicy } from '../src/security/index.ts'
import { isKnownHole } from './support/rule-corpus/known-holes.ts'
import { plainAttempts, type RuleAttempt, ruleAttempts } from './support/rule-corpus/rule-attempts.ts'
import { scriptsThatHit } from './support/rule-corpus/rule-lab.ts'

// Each way is proved from outside: what is not refused is run in plain bash, and must not reach the program.

/** Rules for ordinary programs, so that what is misread as one of them is allowed. */
const allowed =
  'ls cat grep find sed sort echo head wc git printf tar split make xargs env tee awk diff true false : cd test [ [[ set read eval source . exec trap declare export let'
const rules: readonly PolicyRule[] = [
  { pattern: ['hit'], decision: 'forbidden', match: [], not_match: [] },
  ...allowed.split(' ').map((name): PolicyRule => ({ pattern: [name], decision: 'allow', match: [], not_match: [] })),
]
const policy: Definition<PolicyDefinition> = {
  ...{ kind: 'policy', id: 'p', shadows: [] },
  value: { id: 'p', description: '', rules: [...rules], ruleLines: rules.map((_, index) => index + 1) },
  origin: { layer: 'user', file: '/p.rules', trusted: true },
}
const execPolicy = createExecPolicy([policy])

/** Text of other languages is not read: it counts as what could reach every rule of a person. */
async function isRefused({ script, opaque }: RuleAttempt): Promise<boolean> {
  const { answer, couldReach } = await checkScript(script, execPolicy)
  return answer === 'forbidden' || (opaque && answer === 'unverified' && couldReach?.answer === 'forbidden')
}

async function notRefused(attempts: readonly RuleAttempt[]): Promise<readonly RuleAttempt[]> {
  const found: RuleAttempt[] = []
  for (const attempt of attempts) if (!(await isRefused(attempt))) found.push(attempt)
  return found
}

test('no construct of the shell in or around a wrapper, in any spelling, leads past a forbid rule', async () => {
  const attempts = ruleAttempts({ whole: false })
  expect(attempts.length).toBeGreaterThan(20_000)
  const doubtful = (await notRefused(attempts)).filter((attempt) => !isKnownHole(attempt))
  const reached = await scriptsThatHit(doubtful.map(({ script }) => script))
  expect([...reached]).toEqual([])
}, 300_000)

test('the ways are real: without rules they lead to the program', async () => {
  const plain = plainAttempts()
  // A few of the rest, of every kind: what a number without a common divisor hits.
  const some = ruleAttempts({ whole: false }).filter((_, index) => index % 199 === 0)
  const scripts = [...plain, ...some].map(({ script }) => script)
  const reached = await scriptsThatHit(scripts)
  expect(reached.size).toBeGreaterThan(400)
  // Not all: a container may forbid what a wrapper needs, and an older bash lacks what a construct needs.
  expect(plain.filter(({ script }) => reached.has(script)).length / plain.length).toBeGreaterThan(0.9)
}, 300_000)
