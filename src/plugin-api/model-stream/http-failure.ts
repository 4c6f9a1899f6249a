import { CodexError, type ErrorCode } from '../errors.ts'
import type { HttpResponse } from '../provider.ts'
import type { Endpoint } from './endpoint.ts'
import type { ApiError } from './model-api.ts'
import { quotaSpent } from './model-failure.ts'
import { longestDelayMs } from './pace.ts'

export interface HttpFailure {
  readonly error: CodexError
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
}

/** What an answer with an error status means. Messages are those that clients of `codex exec` know. Reads the body. */
export async function httpFailure(response: HttpResponse, endpoint: Endpoint): Promise<HttpFailure> {
  const body = endpoint.redact(await readBounded(response))
  const api = await endpoint.readError({ status: response.status, body, headers: response.headers })
  const asked = retryAfterMs(response.headers)
  const isTooLong = asked !== undefined && asked > longestDelayMs
  const isTransient = response.status === 429 || response.status >= 500
  const { code, message, hint } = describe(response, body, api, endpoint)
  const wait = isTooLong ? ` The server asks to wait ${Math.ceil(asked / 1000)} s.` : ''
  return {
    error: new CodexError(code, message, { hint: `${hint}${wait}` }),
    retryable: isTransient && !isTooLong && api.reason !== 'quota',
    retryAfterMs: asked,
  }
}

interface Description {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

function describe(response: HttpResponse, body: string, api: ApiError, endpoint: Endpoint): Description {
  const status = `${response.status} ${response.statusText}`.trim()
  if (api.reason === 'quota') {
    const { code, message, hint = '' } = quotaSpent()
    return { code, message, hint }
  }
  const unexpected = `unexpected status ${status}: ${api.message ?? (body || 'no body')}, url: ${endpoint.shownUrl}`
  if (api.reason === 'context_length') {
    return {
      code: 'provider.context_length',
      message: api.message ?? unexpected,
      hint: 'Start a new thread, or name fewer files.',
    }
  }
  switch (response.status) {
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
        hint: `The provider refused the key: set a valid one in ${endpoint.keyName}.`,
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
    case 429:
      return {
        code: 'provider.rate_limited',
        message: `exceeded retry limit, last status: ${status}`,
        hint: 'Try again later, or raise request_max_retries of the provider.',
      }
    case 500:
      return {
        code: 'provider.unreachable',
        message: 'We’re currently experiencing high demand, which may cause temporary errors.',
        hint: 'Try again later.',
      }
    default:
      return response.status > 500
        ? {
            code: 'provider.unreachable',
            message: `exceeded retry limit, last status: ${status}`,
            hint: 'Try again later; where a proxy stands between, look at its log.',
          }
        : { code: 'provider.request', message: unexpected, hint: 'Check the settings of the provider.' }
  }
}

const bodyLimitBytes = 65_536

/** The body as text, cut at 64 KiB: an error page must not fill a terminal or the memory. */
async function readBounded(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    sizeBytes += chunk.byteLength
    if (sizeBytes >= bodyLimitBytes) break
  }
  return Buffer.concat(chunks).subarray(0, bodyLimitBytes).toString('utf8').trim()
}

/** Milliseconds that the server asks to wait: `retry-after-ms`, or `retry-after` in seconds (RFC 9110, 10.2.3; dates are not used by model servers). */
function retryAfterMs(headers: HttpResponse['headers']): number | undefined {
  const asMs = Number.parseFloat(headers['retry-after-ms'] ?? '')
  if (asMs >= 0) return asMs
  const asSeconds = Number.parseFloat(headers['retry-after'] ?? '')
  return asSeconds >= 0 ? asSeconds * 1000 : undefined
}
