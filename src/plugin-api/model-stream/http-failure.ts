import { CodexError, type ErrorCode } from '../errors.ts'
import type { HttpResponse } from '../provider.ts'
import { askedDelayMs } from './asked-delay.ts'
import type { Endpoint } from './endpoint.ts'
import type { ApiError } from './model-api.ts'
import { quotaSpent } from './model-failure.ts'
import { asksTooLong, tooLongHint } from './pace.ts'
import { proxyPasswordHint } from './unreachable.ts'

export interface HttpFailure {
  readonly error: CodexError
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly reason: ApiError['reason'] | undefined
}

/**
 * What an answer with an error status means. Messages are those that clients of `codex exec` know. Reads the body, as far as it comes.
 *
 * @param signal of the request
 * @throws the abort reason
 */
export async function httpFailure(
  response: HttpResponse,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<HttpFailure> {
  const body = await readBounded(response, endpoint, signal)
  const api = await endpoint.readError({ status: response.status, body, headers: response.headers })
  const asked = retryAfterMs(response.headers, body, Date.now())
  const isTooLong = asksTooLong(asked)
  const isTransient = transientStatuses.has(response.status) || response.status >= 500
  const { code, message, hint } = describe({ response, body, api, endpoint, isTooLong })
  return {
    error: new CodexError(code, message, { hint: isTooLong ? `${hint} ${tooLongHint(asked)}` : hint }),
    retryable: isTransient && !isTooLong && api.reason !== 'quota',
    retryAfterMs: asked,
    reason: api.reason,
  }
}

/** What passes (as the official clients see it): a request that took too long, a conflict, too many of them. */
const transientStatuses: ReadonlySet<number> = new Set([408, 409, 429])

interface Description {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

interface Described {
  readonly response: HttpResponse
  readonly body: string
  readonly api: ApiError
  readonly endpoint: Endpoint
  /** The server asks for a longer pause than any retry makes. */
  readonly isTooLong: boolean
}

function describe({ response, body, api, endpoint, isTooLong }: Described): Description {
  const status = `${response.status} ${response.statusText}`.trim()
  if (api.reason === 'quota') {
    const { code, message, hint = '' } = quotaSpent()
    return { code, message, hint }
  }
  const unexpected = `unexpected status ${status}: ${api.message ?? (shortened(body) || 'no body')}, url: ${endpoint.shownUrl}`
  if (api.reason === 'context_length') {
    return {
      code: 'provider.context_length',
      message: api.message ?? unexpected,
      hint: 'Start a new thread, or name fewer files.',
    }
  }
  switch (statusOfReason(api.reason) ?? response.status) {
    case 400:
      return {
        code: 'provider.request',
        message: api.message ?? unexpected,
        hint: 'Check the model, its reasoning effort and the tools against what the provider supports.',
      }
    case 401:
      return {
        code: 'provider.credential',
        message: unexpected,
        hint: endpoint.keyHint,
      }
    case 403:
      return {
        code: 'provider.request',
        message: unexpected,
        hint: 'This key may not do that: check what its project and region allow.',
      }
    case 404:
      return {
        code: api.reason === 'model_unknown' ? 'provider.model_unknown' : 'provider.request',
        message: unexpected,
        hint: 'Check the name of the model, and the base_url and wire_api of the provider.',
      }
    case 407:
      return {
        code: 'provider.unreachable',
        message: unexpected,
        hint: proxyPasswordHint,
      }
    case 408:
      return {
        code: 'provider.unreachable',
        message: unexpected,
        hint: 'The server gave up waiting for the request: check the network, or send less at once.',
      }
    case 413:
      return {
        code: 'provider.context_length',
        message: unexpected,
        hint: 'The request is too large for the server: start a new thread, or name fewer files and images.',
      }
    case 429:
      return {
        code: 'provider.rate_limited',
        message: `exceeded retry limit, last status: ${status}`,
        hint: isTooLong ? 'Try again later.' : 'Try again later, or raise request_max_retries of the provider.',
      }
    case 500:
      return {
        code: 'provider.overloaded',
        message: 'We’re currently experiencing high demand, which may cause temporary errors.',
        hint: 'Try again later.',
      }
    default:
      return response.status > 500
        ? {
            code: busyStatuses.has(response.status) ? 'provider.overloaded' : 'provider.unreachable',
            message: unexpected,
            hint: 'Try again later; where a proxy stands between, look at its log.',
          }
        : { code: 'provider.request', message: unexpected, hint: 'Check the settings of the provider.' }
  }
}

/** Service unavailable, and what some servers say where they are overloaded. */
const busyStatuses: ReadonlySet<number> = new Set([503, 529])

/** Some APIs answer all of this with the same status. */
function statusOfReason(reason: ApiError['reason']): number | undefined {
  if (reason === 'credential') return 401
  return reason === 'model_unknown' ? 404 : undefined
}

/** An error page says little, and its beginning says which. */
const maxShownLength = 1000

function shortened(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text
}

const bodyLimitBytes = 65_536

/** An error page is short; one that does not come whole in this time never does. */
const bodyWaitMs = 5000

/** Longer than any secret is, however it is written. */
const longestSecretLength = 8192

/**
 * The body as text without secrets, cut at 64 KiB: an error page must not fill a terminal or the memory. The end of what was cut is left
 * out, since it may be a secret's beginning. Of one that stalls or breaks it is what came within five seconds, or within the idle
 * time where that is shorter: its headers have said what the answer is.
 *
 * @param signal of the request
 * @throws the abort reason
 */
export async function readBounded(
  response: HttpResponse,
  { idleTimeoutMs, redact }: Pick<Endpoint, 'idleTimeoutMs' | 'redact'>,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const late = setTimeout(() => response.cancel(), Math.min(bodyWaitMs, idleTimeoutMs))
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk)
      sizeBytes += chunk.byteLength
      if (sizeBytes >= bodyLimitBytes) break
    }
  } catch {
    signal.throwIfAborted()
  } finally {
    clearTimeout(late)
  }
  const text = redact(Buffer.concat(chunks).subarray(0, bodyLimitBytes).toString('utf8'))
  return (sizeBytes < bodyLimitBytes ? text : text.slice(0, -longestSecretLength)).trim()
}

/** Milliseconds that the server asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date (RFC 9110, 10.2.3), or what its text says. */
export function retryAfterMs(headers: HttpResponse['headers'], body: string, nowMs: number): number | undefined {
  const asMs = Number.parseFloat(headers['retry-after-ms'] ?? '')
  if (asMs >= 0) return asMs
  const after = headers['retry-after'] ?? ''
  if (/^\d+(\.\d+)?$/.test(after.trim())) return Number(after) * 1000
  const asDate = Date.parse(after)
  return Number.isNaN(asDate) ? askedDelayMs(body) : Math.max(0, asDate - nowMs)
}
