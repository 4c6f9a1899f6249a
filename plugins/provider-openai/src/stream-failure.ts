import { askedDelayMs, BrokenStream, CodexError, contextFull, quotaSpent } from 'codex-kernel/plugin-api'
import { reasonOf } from './error-reason.ts'

/** Kinds of failure that pass: the response is asked for again. A failure without a code counts as one of them. */
const transientCodes = new Set([
  'server_error',
  'internal_server_error',
  'internal_error',
  'api_error',
  'server_is_overloaded',
  'overloaded_error',
  'service_unavailable',
  'slow_down',
  'timeout',
])

/** What `response.failed` or an `error` event means: a CodexError, or a BrokenStream where another try may do. */
export function streamFailure(code: string | undefined, message: string | undefined): CodexError | BrokenStream {
  const text = message ?? code ?? 'the provider gave no reason'
  switch (reasonOf(code, text)) {
    case 'context_length':
      return contextFull()
    case 'quota':
      return quotaSpent()
    case 'model_unknown':
      return new CodexError('provider.model_unknown', text, {
        hint: 'Check the name of the model: codex models lists them.',
      })
    default:
  }
  if (code === 'rate_limit_exceeded' || code === 'rate_limit_error') {
    return new BrokenStream(text, { code: 'provider.rate_limited', retryAfterMs: askedDelayMs(text) })
  }
  if (code === undefined || transientCodes.has(code) || isStatus5xx(code)) {
    return new BrokenStream(text, { retryAfterMs: askedDelayMs(text) })
  }
  return new CodexError('provider.request', text, { hint: `The provider refused the request (${code}).` })
}

/** Some gateways put the status where a code belongs. */
function isStatus5xx(code: string): boolean {
  return /^5\d\d$/.test(code) || code === '429'
}
