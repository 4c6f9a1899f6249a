import { CodexError, isCodexError } from '../errors.ts'
import type { HttpResponse, ProviderContext } from '../provider.ts'
import type { Endpoint } from './endpoint.ts'
import { type HttpFailure, httpFailure, readBounded } from './http-failure.ts'
import type { ModelStream, Pace } from './model-api.ts'
import { retryDelayMs } from './pace.ts'
import { unreachable } from './unreachable.ts'
import { watchSilence } from './watch-silence.ts'

/**
 * Posts the body and gives the stream that answers. Transport errors, 429 and 5xx are tried again silently, up to
 * `request_max_retries` times.
 *
 * @param bodies what is sent, and what is sent instead once the server does not accept the sealed reasoning in it
 * @throws CodexError `provider.*`; BrokenStream for a silent server; the abort reason
 */
export async function openStream(
  endpoint: Endpoint,
  [whole, unsealed]: readonly [() => string, () => string],
  deps: {
    readonly fetch: ProviderContext['fetch']
    readonly pace: Pace
    /** Told how long the server that gives no stream asked to wait; undefined: it did not say. */
    readonly refused?: (retryAfterMs: number | undefined) => void
  },
  signal: AbortSignal,
): Promise<ModelStream> {
  let body = whole()
  let isUnsealed = false
  for (let attempt = 0; ; attempt += 1) {
    const answer = await post(endpoint, body, deps.fetch, signal)
    if ('stream' in answer) return answer.stream
    if (answer.reason === 'reasoning' && !isUnsealed) {
      isUnsealed = true
      body = unsealed()
      continue
    }
    if (!answer.retryable || attempt >= endpoint.requestMaxRetries) {
      deps.refused?.(answer.retryAfterMs)
      throw answer.error
    }
    await deps.pace.wait(retryDelayMs(attempt, answer.retryAfterMs, deps.pace.random), signal)
  }
}

type Answer =
  | { readonly stream: ModelStream }
  | ({ readonly error: CodexError; readonly retryable: boolean } & Partial<HttpFailure>)

async function post(
  endpoint: Endpoint,
  body: string,
  fetch: ProviderContext['fetch'],
  signal: AbortSignal,
): Promise<Answer> {
  const { signal: silent, touch, keepAlive, stop } = watchSilence(endpoint.idleTimeoutMs)
  const watched = AbortSignal.any([signal, silent])
  try {
    const headers = await endpoint.headers(body)
    const response = await fetch(endpoint.url, { method: 'POST', headers, body, signal: watched })
    if (response.ok && typeOf(response, endpoint) === endpoint.mediaType) {
      const cancel = () => response.cancel()
      return { stream: { body: response.body, signal: watched, touch, keepAlive, stop, cancel } }
    }
    // Its headers say what it is, so silence behind them is no broken stream.
    stop()
    if (!response.ok) return await httpFailure(response, endpoint, signal)
    throw await otherType(response, endpoint, signal)
  } catch (error) {
    stop()
    watched.throwIfAborted()
    if (isCodexError(error)) throw error
    return unreachable(error, endpoint)
  }
}

/** In lower case, without parameters. Absent, it is taken for what was asked for. */
function typeOf({ headers }: HttpResponse, { mediaType }: Endpoint): string {
  const [type = ''] = (headers['content-type'] ?? mediaType).split(';')
  return type.trim().toLowerCase()
}

/** What answers must be a stream; some servers answer a refusal with status 200 and another type. */
async function otherType(response: HttpResponse, endpoint: Endpoint, signal: AbortSignal): Promise<CodexError> {
  const begin = (await readBounded(response, endpoint, signal)).replace(/\s+/g, ' ').slice(0, 200)
  response.cancel()
  return new CodexError(
    'provider.response',
    `${endpoint.shownUrl} answered ${typeOf(response, endpoint)}, where ${endpoint.mediaType} was expected${begin === '' ? '' : `: ${begin}`}`,
    { hint: 'Check base_url and wire_api of the provider: another service, or a proxy, answers there.' },
  )
}
