import { CodexError } from '../errors.ts'
import type { Usage } from '../events.ts'
import type { HistoryItem } from '../history.ts'
import type { ModelEvent, ModelRequest, ProviderContext } from '../provider.ts'
import { addUsage } from './add-usage.ts'
import { BrokenStream } from './broken-stream.ts'
import { distinctCalls } from './distinct-calls.ts'
import type { ModelApi, Pace, PausedAnswer } from './model-api.ts'
import { openStream } from './open-stream.ts'
import { asksTooLong, pace as realPace, retryDelayMs, tooLongHint } from './pace.ts'
import { type AskEndpoint, type OpenedRoute, openRoute, type Route } from './route.ts'

/** So many requests for one answer: a model that pauses each time would never end. */
const maxPauses = 8

/**
 * Asks the model once, and again while its stream breaks, up to `stream_max_retries` times, each announced by a `retry`.
 * What a broken stream has said: messages and reasoning are handed out as they come, once; the next attempt's request
 * ends with those messages, so that the model goes on behind them. Tool calls are handed out when their response is
 * complete: one of a broken response never runs, and none runs twice. An answer that the model paused goes on in the same way, and no
 * `retry` says so.
 *
 * @param pace how retries are spaced, for tests; absent: by the clock
 * @throws CodexError `provider.*`; the abort reason
 */
export async function* streamModel(
  request: ModelRequest,
  ctx: ProviderContext,
  api: ModelApi,
  { pace = realPace }: { readonly pace?: Pace },
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted()
  const route = openRoute(api, request, ctx)
  const fetch: ProviderContext['fetch'] = (url, init) => ctx.fetch(url, init)
  const said: HistoryItem[] = []
  let paused: readonly Usage[] = []
  for (let attempt = 0; ; ) {
    const input = [...request.input, ...said.slice(0, afterLastMessage(said))]
    let opened: OpenedRoute | undefined
    let isPaused = false
    try {
      const bodyOf = (items: readonly HistoryItem[]) => JSON.stringify(api.body({ ...request, input: items }))
      const bodies = [() => bodyOf(input), () => bodyOf(input.filter(({ type }) => type !== 'reasoning'))] as const
      const ask: AskEndpoint = (endpoint, refused) => openStream(endpoint, bodies, { fetch, pace, refused }, signal)
      opened = await route.open(ask, { pace }, signal)
      for (const message of opened.notices) yield { type: 'notice', message }
      for await (const event of callsLast(api.read(opened.stream, request))) {
        if (event.type === 'item') said.push(event.item)
        if (event.type === 'completed' || event.type === 'paused') opened.worked()
        if (event.type === 'paused') paused = [...paused, event.usage]
        else yield event.type === 'completed' ? { ...event, usage: paused.reduce(addUsage, event.usage) } : event
        isPaused = event.type === 'paused'
      }
      if (!isPaused) return
      if (paused.length > maxPauses) throw tooManyPauses()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof BrokenStream)) throw redacted(error, route)
      opened?.broke(error.message)
      const askedMs = route.hasOthers ? undefined : error.retryAfterMs
      if (attempt >= route.streamMaxRetries || asksTooLong(askedMs)) throw brokenForGood(error, route)
      const message = `Reconnecting... ${attempt + 1}/${route.streamMaxRetries} (${route.redact(error.message)})`
      yield { type: 'retry', message }
      await pace.wait(retryDelayMs(attempt, askedMs, pace.random), signal)
      attempt += 1
    }
  }
}

/** Holds tool calls, and what comes behind one, until the response is complete. Deltas behind a held call are left out. */
async function* callsLast(events: AsyncIterable<ModelEvent | PausedAnswer>): AsyncGenerator<ModelEvent | PausedAnswer> {
  const held: HistoryItem[] = []
  for await (const event of events) {
    const isEnd = event.type === 'completed' || event.type === 'paused'
    if (event.type === 'completed') for (const item of distinctCalls(held)) yield { type: 'item', item }
    const isCall = event.type === 'item' && /_call$/.test(event.item.type)
    if (isEnd || (held.length === 0 && !isCall)) yield event
    else if (event.type === 'item') held.push(event.item)
  }
}

function tooManyPauses(): CodexError {
  return new CodexError('provider.response', `The model paused its answer more than ${maxPauses} times`, {
    hint: 'Try again, or ask for less at once.',
  })
}

/** Reasoning that no message followed is left out of a new attempt: servers refuse it alone. */
function afterLastMessage(items: readonly HistoryItem[]): number {
  return items.findLastIndex((item) => item.type === 'message') + 1
}

function redacted(error: unknown, { redact }: Pick<Route, 'redact'>): unknown {
  if (!(error instanceof CodexError)) return error
  const message = redact(error.message)
  if (message === error.message) return error
  return new CodexError(error.code, message, error.hint === undefined ? {} : { hint: error.hint })
}

function brokenForGood(error: BrokenStream, { redact }: Pick<Route, 'redact'>): CodexError {
  const { retryAfterMs: askedMs } = error
  const hint = asksTooLong(askedMs) ? `Try again later. ${tooLongHint(askedMs)}` : brokenHints[error.code]
  return new CodexError(error.code, redact(error.message), { hint, cause: error.cause })
}

const brokenHints = {
  'provider.response': 'Check the base_url and wire_api of the provider: its stream cannot be read.',
  'provider.rate_limited': 'Try again later, or raise stream_max_retries of the provider.',
  'provider.unreachable':
    'Try again; where it stays so, check the network, proxies and stream_idle_timeout_ms of the provider.',
} as const satisfies Record<BrokenStream['code'], string>
