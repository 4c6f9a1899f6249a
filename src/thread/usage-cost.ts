import type { ModelPrice, Usage } from '../plugin-api/index.ts'

const million = 1_000_000

/** What a request cost, in US dollars. Tokens of a cache are part of those that were sent. */
export function usageCost(usage: Usage, price: ModelPrice): number {
  const { long_context: long } = price
  const rate = long && usage.input_tokens > long.above_tokens ? long : price
  const { cached_input_tokens: cached, cache_write_input_tokens: written } = usage
  const plain = Math.max(0, usage.input_tokens - cached - written)
  const sent =
    plain * rate.input + cached * (rate.cached_input ?? rate.input) + written * (rate.cache_write ?? rate.input)
  return (sent + usage.output_tokens * rate.output) / million
}
