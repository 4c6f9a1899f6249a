import { expect, test } from 'vitest'
import { checkScript } from '../src/security/exec-policy/check-script.ts'
import { execPolicyOf, isHitRefused, ruleOf } from './support/rule-corpus/forbid-hit.ts'
import { knownBypasses, knownRespellings } from './support/rule-corpus/known-bypasses.ts'
import { isKnownHole } from './support/rule-corpus/known-holes.ts'
import { plainAttempts, ruleAttempts } from './support/rule-corpus/rule-attempts.ts'
import { scriptsThatHit } from './support/rule-corpus/rule-lab.ts'

// Each way is proved from outside: what is not refused is run in plain bash, and must not reach the program.

test('no construct of the shell in or around a wrapper, in any spelling, leads past a forbid rule', async () => {
  const attempts = ruleAttempts({ whole: false })
  expect(attempts.length).toBeGreaterThan(20_000)
  const doubtful: string[] = []
  for (const attempt of attempts) {
    if (isKnownHole(attempt) || (await isHitRefused(attempt.script, { isCode: attempt.opaque }))) continue
    doubtful.push(attempt.script)
  }
  expect([...(await scriptsThatHit(doubtful))]).toEqual([])
}, 300_000)

test('these ways are real: without rules they lead to the program', async () => {
  const plain = plainAttempts()
  // A few of the rest, of every kind: what a number without a common divisor hits.
  const some = ruleAttempts({ whole: false }).filter((_, index) => index % 199 === 0)
  const scripts = [...plain, ...some].map(({ script }) => script)
  const reached = await scriptsThatHit(scripts)
  expect(reached.size).toBeGreaterThan(400)
  // Not all: a container may forbid what a wrapper needs, and an older bash lacks what a construct needs.
  expect(plain.filter(({ script }) => reached.has(script)).length / plain.length).toBeGreaterThan(0.9)
}, 300_000)

test('no way that was reported about another agent leads past a forbid rule', async () => {
  const passing: (typeof knownBypasses)[number][] = []
  for (const bypass of knownBypasses) {
    const isRefused = await isHitRefused(bypass.script, { isCode: bypass.code === true })
    if (!isRefused) passing.push(bypass)
  }
  expect(passing).toEqual([])
})

test('the reported ways are real where their programs are', async () => {
  const reached = await scriptsThatHit(knownBypasses.map(({ script }) => script))
  expect(reached.size / knownBypasses.length).toBeGreaterThan(0.7)
}, 300_000)

test.each(knownRespellings)('a rule holds in every spelling of its words: $rule', async ({ rule, scripts }) => {
  const policy = execPolicyOf([ruleOf(rule, 'forbidden'), ruleOf(rule.slice(0, 1), 'allow')])
  const passing: string[] = []
  for (const script of scripts) if ((await checkScript(script, policy)).answer !== 'forbidden') passing.push(script)
  expect(passing).toEqual([])
})
