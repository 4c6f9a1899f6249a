import { expect, test } from 'vitest'
import { couldAllow } from './could-allow.ts'
import { allAllowed, dimensionOf, noneAllowed } from './dimension-of.ts'

test('what is not narrowed could allow anything, and nothing allows nothing', () => {
  expect(couldAllow(allAllowed, 'mcp__files__')).toBe(true)
  expect(couldAllow(noneAllowed, 'mcp__files__')).toBe(false)
})

test.each([
  [['mcp__files__read'], [], true],
  [['mcp__*'], [], true],
  [['*__read'], [], true],
  [['mcp__other__*', 'shell'], [], false],
  [['*'], ['mcp__files__*'], false],
  [['*'], ['mcp__*'], false],
  [['*'], ['mcp__files__write'], true],
])('allow %j, deny %j: %s', (allow, deny, expected) => {
  expect(couldAllow(dimensionOf({ allow, deny }), 'mcp__files__')).toBe(expected)
})
