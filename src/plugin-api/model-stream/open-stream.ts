import { CodexError, isCodexError } from '../errors.ts'
import type { HttpResponse, ProviderContext } from '../provider.ts'
import { BrokenStream } from './broken-stream.ts'
import type { Endpoint } from './endpoint.ts'
import { httpFailure } from './http-failure.ts'
import type { ModelStream, Pace } from './model-api.ts'
import { retryDelayMs } from './pace.ts'

/**
 * Posts the body and gives the stream that answers. Transport errors, 429 and 5xx are tried again silently, up to
 * `request_max_retries` times. @throws CodexError `provider.*`; BrokenStream for a silent server; the abort reason
 */
export async function openStream(
  endpoint: Endpoint,
  body: string,
  deps: { readonly fetch: ProviderContext['fetch']; readonly pace: Pace },
  signal: AbortSignal,
): Promise<ModelStream> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await post(endpoint, body, deps.fetch, signal)
    if ('stream' in answer) return answer.stream
    if (!answer.retryable || attempt >= endpoint.requestMaxRetries) throw answer.error
    await deps.pace.wait(retryDelayMs(attempt, answer.retryAfterMs, deps.pace.random), signal)
  }
}

type Answer =
  | { readonly stream: ModelStream }
  | { readonly error: CodexError; readonly retryable: boolean; readonly retryAfterMs?: number | undefined }

async function post(
  endpoint: Endpoint,
  body: string,
  fetch: ProviderContext['fetch'],
  signal: AbortSignal,
): Promise<Answer> {
  const idle = new AbortController()
  const timer = setTimeout(() => idle.abort(new BrokenStream('idle timeout waiting for SSE')), endpoint.idleTimeoutMs)
  const watched = AbortSignal.any([signal, idle.signal])
  const stop = () => clearTimeout(timer)
  try {
    const headers = await endpoint.headers(body)
    const response = await fetch(endpoint.url, { method: 'POST', headers, body, signal: watched })
    if (!response.ok) {
      const failure = await httpFailure(response, endpoint)
      stop()
      return failure
    }
    const stream = eventStream(response, endpoint)
    const touch = () => void timer.refresh()
    return { stream: { body: stream, signal: watched, touch, stop, cancel: () => response.cancel() } }
  } catch (error) {
    stop()
    watched.throwIfAborted()
    if (isCodexError(error)) throw error
    return { error: unreachable(error, endpoint), retryable: true }
  }
}

function eventStream(response: HttpResponse, endpoint: Endpoint): AsyncIterable<Uint8Array> {
  const type = (response.headers['content-type'] ?? endpoint.mediaType).split(';')[0]?.trim()
  if (type?.toLowerCase() === endpoint.mediaType) return response.body
  response.cancel()
  throw new CodexError(
    'provider.response',
    `${endpoint.shownUrl} answered ${type}, where ${endpoint.mediaType} was expected`,
    { hint: 'Check base_url and wire_api of the provider: another service, or a proxy, answers there.' },
  )
}

function unreachable(error: unknown, endpoint: Endpoint): CodexError {
  return new CodexError(
    'provider.unreachable',
    endpoint.redact(`error sending request for url (${endpoint.shownUrl}): ${innermost(error)}`),
    { hint: 'Check the network and the base_url of the provider.' },
  )
}

/** An error that holds others (one for each address of a host) says nothing itself. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return innermost(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  return error.message || error.name
}
