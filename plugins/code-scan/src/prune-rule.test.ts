import { expect, test } from 'vitest'
import { createPruner } from './prune-rule.ts'
import { wordsIn } from './required-texts.ts'

test('alternatives whose words are not in a text are left out of it, and a rule without any is none', () => {
  const prune = createPruner({ rule: { any: [{ pattern: 'readFile($A)' }, { pattern: 'sendFile($A)' }] } })
  expect(prune(wordsIn('x.sendFile(y)'))?.rule).toEqual({ any: [{ pattern: 'sendFile($A)' }] })
  expect(prune(wordsIn('x.download(y)'))).toBeUndefined()
})

test('the same words give the same object, so that what is made of it can be kept', () => {
  const parts = { rule: { any: [{ pattern: 'readFile($A)' }, { pattern: 'sendFile($A)' }] } }
  const prune = createPruner(parts)
  expect(prune(wordsIn('one sendFile'))).toBe(prune(wordsIn('another sendFile')))
  expect(prune(wordsIn('readFile, sendFile'))).toBe(parts)
})

test('what may not be there is taken out where it cannot be there, and stays where it is all that there is', () => {
  const rule = { kind: 'call_expression', not: { has: { pattern: 'escapeHtml($A)' } } }
  expect(createPruner({ rule })(wordsIn('f(x)'))?.rule).toEqual({ kind: 'call_expression' })
  const alone = { all: [{ kind: 'call_expression' }, { not: { pattern: 'escapeHtml($A)' } }] }
  expect(createPruner({ rule: alone })(wordsIn('f(x)'))?.rule).toEqual(alone)
})

test('an alternative is not left out for what a constraint asks, since no other would be tried in its place', () => {
  const parts = {
    rule: { any: [{ pattern: '$F($A)' }, { pattern: 'send($A, $B)' }] },
    constraints: { F: { regex: '^(exec|spawn)$' }, B: { regex: '^x$' } },
  }
  expect(createPruner(parts)(wordsIn('f(1)'))).toEqual({
    rule: { any: [{ pattern: '$F($A)' }] },
    constraints: { F: { regex: '^(exec|spawn)$' } },
  })
  expect(createPruner({ ...parts, rule: { pattern: '$F($A)' } })(wordsIn('f(1)'))).toBeUndefined()
})

test('parts of relations and of all have to be there', () => {
  const rule = { kind: 'call_expression', inside: { all: [{ pattern: 'router($A)' }] } }
  expect(createPruner({ rule })(wordsIn('f(1)'))).toBeUndefined()
  expect(createPruner({ rule })(wordsIn('router(f(1))'))?.rule).toEqual(rule)
})
