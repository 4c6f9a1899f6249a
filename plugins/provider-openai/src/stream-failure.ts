import { BrokenStream, CodexError, contextFull, quotaSpent } from 'codex-kernel/plugin-api'

/** Kinds of failure that pass: the response is asked for again. A failure without a code counts as one of them. */
const transientCodes = new Set([
  'server_error',
  'internal_server_error',
  'rate_limit_exceeded',
  'server_is_overloaded',
  'slow_down',
  'timeout',
])

/** What `response.failed` or an `error` event means: a CodexError, or a BrokenStream where another try may do. */
export function streamFailure(code: string | undefined, message: string | undefined): CodexError | BrokenStream {
  if (code === 'context_length_exceeded') return contextFull()
  if (code === 'insufficient_quota') return quotaSpent()
  const text = message ?? code ?? 'the provider gave no reason'
  if (code === undefined || transientCodes.has(code)) {
    return new BrokenStream(text, { retryAfterMs: askedDelayMs(code, text) })
  }
  return new CodexError('provider.request', text, { hint: `The provider refused the request (${code}).` })
}

/** Rate limits inside a stream say how long to wait in their text alone: `Please try again in 1.898s.` */
function askedDelayMs(code: string | undefined, message: string): number | undefined {
  if (code !== 'rate_limit_exceeded') return undefined
  const [, amount, unit] = /try again in (\d+(?:\.\d+)?) ?(ms|s)/i.exec(message) ?? []
  return amount === undefined ? undefined : Number(amount) * (unit?.toLowerCase() === 'ms' ? 1 : 1000)
}
