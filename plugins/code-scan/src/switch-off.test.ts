import { expect, test } from 'vitest'
import { isDisabled, isExcluded } from './switch-off.ts'

test.each([
  ['js-eval', ['js-eval'], true],
  ['js-evaluate', ['js-eval'], false],
  ['js-eval', ['js-*'], true],
  ['py-eval', ['js-*'], false],
  ['py-eval', ['*'], true],
] as const)('rule %s is disabled by %j: %s', (rule, disable, expected) => {
  expect(isDisabled(rule, { disable: [...disable] })).toBe(expected)
})

test.each([
  ['legacy/a/b.js', 'legacy', true],
  ['src/legacy/b.js', 'legacy', true],
  ['src/legacy/b.js', 'legacy/', true],
  ['src/legacy/b.js', '/legacy', false],
  ['src/legacy/b.js', './src/legacy', true],
  ['src/legacy/b.js', 'src/*/b.js', true],
  ['src/a.stories.tsx', '*.stories.tsx', true],
  ['src/a.tsx', '*.stories.tsx', false],
  ['src/legacies/b.js', 'legacy', false],
])('the file %s lies in %s: %s', (file, glob, expected) => {
  expect(isExcluded(file, { disable_in: [{ paths: [glob] }] })).toBe(expected)
})
