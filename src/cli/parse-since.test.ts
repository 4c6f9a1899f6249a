import { expect, test } from 'vitest'
import { parseSince } from './parse-since.ts'

const now = new Date('2026-03-04T05:06:07.000Z')

test.each([
  ['2026', '2026'],
  ['2026-03', '2026-03'],
  ['2026-03-04T05:06Z', '2026-03-04T05:06'],
  ['90m', '2026-03-04T03:36:07.000Z'],
  ['1h', '2026-03-04T04:06:07.000Z'],
  ['7d', '2026-02-25T05:06:07.000Z'],
])('%s is the time %s', (text, time) => {
  expect(parseSince(text, now)).toBe(time)
})

test.each(['yesterday', 'garbage', '', '2026-13', '2026-02-31', '26-03-04', '1y', '2026-03-04 05:06'])(
  '%j is no time',
  (text) => {
    expect(() => parseSince(text, now)).toThrow(expect.objectContaining({ code: 'usage.arguments' }))
  },
)
