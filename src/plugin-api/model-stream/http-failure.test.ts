import { expect, test } from 'vitest'
import { retryAfterMs } from './http-failure.ts'

const nowMs = Date.parse('2026-01-01T00:00:00Z')

test.each([
  ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, '', 30_000],
  ['a date that is past', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, '', 0],
  ['milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '9' }, '', 250],
  ['words, where the header is none', { 'retry-after': 'soon' }, 'Try again in 2s', 2000],
  ['nothing', {}, 'Too many requests', undefined],
] as const)('%s says how long to wait', (_, headers, body, expected) => {
  expect(retryAfterMs(headers, body, nowMs)).toBe(expected)
})
