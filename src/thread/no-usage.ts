import type { Usage } from '../plugin-api/events.ts'

/** The tokens of a thread that has asked nothing yet. */
export const noUsage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}
