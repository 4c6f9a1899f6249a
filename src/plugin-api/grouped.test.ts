import { expect, test } from 'vitest'
import { grouped } from './grouped.ts'

test.each([0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 1_234_567_890, -1, -999, -1000, -123_456])(
  '%i is as English writes it',
  (count) => {
    expect(grouped(count)).toBe(count.toLocaleString('en-US'))
  },
)
