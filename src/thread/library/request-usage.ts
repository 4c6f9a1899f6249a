import type { Usage } from '../../plugin-api/index.ts'
import { noUsage } from '../no-usage.ts'

/** What a `token_count` line says that its request used, and the tokens of the thread so far; undefined where it does not. */
export function requestUsage(
  payload: Readonly<Record<string, unknown>>,
): { readonly usage: Usage; readonly total: number } | undefined {
  const info = payload.info as { readonly last_token_usage?: unknown; readonly total_token_usage?: unknown } | null // checked below
  const usage = usageIn(info?.last_token_usage)
  const total = usageIn(info?.total_token_usage) ?? noUsage
  return usage && { usage, total: total.input_tokens + total.output_tokens }
}

/** Tokens as a record has them; what is absent or no number counts as none. */
export function usageIn(value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = value as Readonly<Record<string, unknown>> // an object; each number is checked
  const count = (name: keyof Usage): number => {
    const number = found[name]
    return typeof number === 'number' && Number.isFinite(number) ? number : 0
  }
  return {
    input_tokens: count('input_tokens'),
    cached_input_tokens: count('cached_input_tokens'),
    cache_write_input_tokens: count('cache_write_input_tokens'),
    output_tokens: count('output_tokens'),
    reasoning_output_tokens: count('reasoning_output_tokens'),
  }
}
