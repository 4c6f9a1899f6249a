import type { Usage } from '../plugin-api/index.ts'

const none: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}

/** Tokens of several threads together; those of which nothing is known count for nothing. */
export function addUsage(all: readonly (Usage | undefined)[]): Usage {
  return all.reduce<Usage>(
    (sum, usage = none) => ({
      input_tokens: sum.input_tokens + usage.input_tokens,
      cached_input_tokens: sum.cached_input_tokens + usage.cached_input_tokens,
      cache_write_input_tokens: sum.cache_write_input_tokens + usage.cache_write_input_tokens,
      output_tokens: sum.output_tokens + usage.output_tokens,
      reasoning_output_tokens: sum.reasoning_output_tokens + usage.reasoning_output_tokens,
    }),
    none,
  )
}
