import { expect, test } from 'vitest'
import { looksLike } from './looks-like.ts'
import { wordsIn } from './required-texts.ts'
import { scanRuleSchema } from './scan-rule.ts'

test('a rule is tried on texts that mention one of its words and look like one of its expressions', () => {
  const rule = { mentions: ['async', 'await'], looks_like: ['new Promise\\(async', '(?i)promise\\.ALL'] }
  const isTried = (text: string) => looksLike(rule, text, wordsIn(text))
  expect(isTried('x = new Promise(async (done) => done())')).toBe(true)
  expect(isTried('await Promise.all(jobs)')).toBe(true)
  expect(isTried('Promise.all(jobs)')).toBe(false)
  expect(isTried('await promise')).toBe(false)
})

test('a rule that says nothing of it is tried on all texts', () => {
  expect(looksLike({}, '', wordsIn(''))).toBe(true)
})

test('an expression that is none is named with its place in the rule', () => {
  const read = scanRuleSchema.safeParse({
    id: 'a',
    language: 'javascript',
    severity: 'low',
    message: 'm',
    why: 'w',
    looks_like: ['fine', '(open'],
    rule: { pattern: 'f($A)' },
  })
  expect(read.error?.issues).toMatchObject([{ path: ['looks_like', 1], message: 'no regular expression' }])
})
