import { expect, test } from 'vitest'
import type { PolicyRule } from '../plugin-api/index.ts'
import { unreachableRules } from './lint-rules.ts'

function unreachable(...rules: readonly (readonly [PolicyRule['pattern'], PolicyRule['decision']])[]) {
  const full = rules.map(([pattern, decision]) => ({ pattern, decision, match: [], not_match: [] }))
  const policy = { id: 'p', description: '', rules: full, ruleLines: full.map((_, index) => index + 1) }
  return unreachableRules(policy).map(({ index }) => index)
}

test('a rule that a shorter and stricter one covers never decides, wherever it stands', () => {
  expect(unreachable([['git'], 'forbidden'], [['git', 'push'], 'prompt'])).toEqual([1])
  expect(unreachable([['git', 'push'], 'prompt'], [['git'], 'forbidden'])).toEqual([0])
})

test('a stricter rule for fewer commands decides', () => {
  expect(unreachable([['git'], 'allow'], [['git', 'push'], 'forbidden'])).toEqual([])
})

test('of two equal rules the second is named, and words of a list are covered by a list that has them all', () => {
  expect(unreachable([['ls'], 'allow'], [['ls'], 'allow'])).toEqual([1])
  expect(unreachable([['git', ['push', 'pull']], 'prompt'], [['git', 'push'], 'prompt'])).toEqual([1])
  expect(unreachable([['git', ['push', 'pull']], 'prompt'], [['git', ['push', 'fetch']], 'prompt'])).toEqual([])
})
