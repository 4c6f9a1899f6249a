import { expect, test } from 'vitest'
import { isHitRefused } from '../support/rule-corpus/forbid-hit.ts'
import { isKnownHole } from '../support/rule-corpus/known-holes.ts'
import { ruleAttempts } from '../support/rule-corpus/rule-attempts.ts'
import { scriptsThatHit } from '../support/rule-corpus/rule-lab.ts'

test('every way around a rule that works in plain bash is refused, of all that can be made', async () => {
  const attempts = ruleAttempts({ whole: true })
  const reached = await scriptsThatHit(attempts.map(({ script }) => script))
  const passing: string[] = []
  for (const attempt of attempts) {
    if (!reached.has(attempt.script) || isKnownHole(attempt)) continue
    if (!(await isHitRefused(attempt.script, { isCode: attempt.opaque }))) passing.push(attempt.script)
  }
  expect(passing).toEqual([])
  expect(reached.size / attempts.length).toBeGreaterThan(0.7)
})
