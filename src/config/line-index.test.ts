import { expect, test } from 'vitest'
import { indexLines } from './line-index.ts'

test('an offset stands on the line that it is on, its line end included', () => {
  const positionOf = indexLines('ab\n\ncd')
  expect([0, 1, 2, 3, 4, 5, 6].map(positionOf).map(({ line, column }) => `${line}:${column}`)).toEqual([
    '1:1',
    '1:2',
    '1:3',
    '2:1',
    '3:1',
    '3:2',
    '3:3',
  ])
  expect(indexLines('')(0)).toEqual({ line: 1, column: 1 })
})
