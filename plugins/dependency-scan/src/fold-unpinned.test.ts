import { expect, test } from 'vitest'
import type { Flaw } from './dependency.ts'
import { foldUnpinned } from './fold-unpinned.ts'

const unpinned = (name: string, line: number): Flaw => ({
  rule: 'dep-unpinned',
  line,
  about: `${name} >=1`,
  message: `${name} is not pinned to a version (>=1)`,
})
const other: Flaw = { rule: 'dep-typo-name', line: 2, about: 'x', message: 'm' }

test('what a file leaves without a version is one flaw, where the first of them is', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const flaws = [unpinned('a', 1), other, ...names.slice(1).map((name, index) => unpinned(name, index + 3))]
  expect(foldUnpinned(flaws, 9)).toEqual([
    {
      rule: 'dep-unpinned',
      line: 1,
      about: 'requirements',
      message: '7 of 9 requirements are not pinned to a version: a, b, c, d, e and 2 more',
    },
    other,
  ])
})

test('a single one, and all that is of another kind, stays as it is', () => {
  expect(foldUnpinned([other, unpinned('a', 1)], 2)).toEqual([other, unpinned('a', 1)])
  expect(foldUnpinned([], 0)).toEqual([])
})
