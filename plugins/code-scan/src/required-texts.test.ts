import { expect, test } from 'vitest'
import { isIn, ownWords, requiredTexts, wordsIn } from './required-texts.ts'

test('a name of a pattern has to be in the text as a name of its own', () => {
  const required = requiredTexts({ pattern: '$X.get($KEY)' }, {})
  expect(isIn(required, wordsIn('list.get(1)'))).toBe(true)
  expect(isIn(required, wordsIn('widget.target()'))).toBe(false)
})

test('an expression that names a beginning is satisfied by longer names', () => {
  const required = requiredTexts({ regex: '^(exec|spawn)\\w*\\(' }, {})
  expect(isIn(required, wordsIn('execSync(command)'))).toBe(true)
  expect(isIn(requiredTexts({ regex: '^(exec|spawn)$' }, {}), wordsIn('execSync(command)'))).toBe(false)
})

test.each([
  ['await_expression', 'await f()', 'f()'],
  ['while_statement', 'until false; do x; done', 'for a in b; do x; done'],
  ['for_statement', 'select a in b; do x; done', 'while true; do x; done'],
])('%s is nowhere without its word', (kind, withIt, without) => {
  expect(isIn(ownWords({ kind }), wordsIn(withIt))).toBe(true)
  expect(isIn(ownWords({ kind }), wordsIn(without))).toBe(false)
})
