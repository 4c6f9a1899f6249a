import { expect, test } from 'vitest'
import { noUsage } from './no-usage.ts'
import { usageCost } from './usage-cost.ts'

const usage = {
  ...noUsage,
  input_tokens: 1_000_000,
  cached_input_tokens: 400_000,
  cache_write_input_tokens: 100_000,
  output_tokens: 200_000,
}

test('sent, cached, written and received tokens have a price each', () => {
  const price = { input: 2, cached_input: 0.5, cache_write: 3, output: 10 }
  expect(usageCost(usage, price)).toBeCloseTo(0.5 * 2 + 0.4 * 0.5 + 0.1 * 3 + 0.2 * 10)
})

test('what a cache costs is the price of input where nothing else is said', () => {
  expect(usageCost(usage, { input: 2, output: 10 })).toBeCloseTo(2 + 2)
})

test('a long request has its own price', () => {
  const price = { input: 2, output: 10, long_context: { above_tokens: 200_000, input: 4, output: 15 } }
  expect(usageCost(usage, price)).toBeCloseTo(4 + 3)
  expect(usageCost({ ...noUsage, input_tokens: 200_000 }, price)).toBeCloseTo(0.4)
})
