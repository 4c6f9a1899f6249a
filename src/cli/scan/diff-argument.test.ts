import { expect, test } from 'vitest'
import { withDiffValue } from './diff-argument.ts'

const isPath = (word: string) => word === 'src'

test.each([
  [['--diff'], ['--diff=']],
  [
    ['--diff', '--json'],
    ['--diff=', '--json'],
  ],
  [
    ['--diff', 'src'],
    ['--diff=', 'src'],
  ],
  [['--diff', 'main'], ['--diff=main']],
  [
    ['--diff', 'main', 'src'],
    ['--diff=main', 'src'],
  ],
  [
    ['--diff=main', 'src'],
    ['--diff=main', 'src'],
  ],
  [
    ['src', '--diff', '--', 'main'],
    ['src', '--diff=', '--', 'main'],
  ],
  [
    ['--', '--diff', 'main'],
    ['--', '--diff', 'main'],
  ],
  [['src'], ['src']],
])('%j means %j', (argv, expected) => {
  expect(withDiffValue(argv, isPath)).toEqual(expected)
})
