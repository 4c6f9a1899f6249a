import type { CodexError } from '../errors.ts'
import { isCodexError } from '../errors.ts'
import type { EndpointMemory, ModelRequest, ProviderContext, ProviderEndpoint } from '../provider.ts'
import { BrokenStream } from './broken-stream.ts'
import { type Endpoint, openEndpoint, placesOf } from './endpoint.ts'
import type { ModelApi, ModelStream, Pace } from './model-api.ts'
import { longestDelayMs, retryDelayMs } from './pace.ts'

/** The way to a provider for one request: its endpoints, the one that suits the thread first. */
export interface Route {
  readonly streamMaxRetries: number
  /** True where what one endpoint asks to wait for keeps no other from being asked. */
  readonly hasOthers: boolean
  /** Opens a stream at the first endpoint that answers. @throws CodexError `provider.*`; BrokenStream; the abort reason */
  open(ask: AskEndpoint, deps: { readonly pace: Pace }, signal: AbortSignal): Promise<OpenedRoute>
  /** Takes the credentials of all endpoints out of a text. */
  redact(text: string): string
}

/** A stream, and where it comes from. */
export interface OpenedRoute {
  readonly stream: ModelStream
  /** Told to people: which endpoint was left, and why. */
  readonly notices: readonly string[]
  /** To be called where the stream broke: the next one is opened elsewhere, which its notices say. */
  broke(why: string): void
  /** To be called when the answer was complete. */
  worked(): void
}

/** Asks one endpoint, as often as its own retries say. `refused` is told how long the server asked to wait. */
export type AskEndpoint = (
  endpoint: Endpoint,
  refused: (retryAfterMs: number | undefined) => void,
) => Promise<ModelStream>

/** What another endpoint may do better. */
const elsewhereCodes: ReadonlySet<string> = new Set<CodexError['code']>([
  'provider.unreachable',
  'provider.rate_limited',
  'provider.quota',
  'provider.overloaded',
])

/**
 * A provider with one place is asked there. With several, threads are spread over them by weight; a thread goes where it was
 * last answered; a place that failed a short while ago comes last. One that does not answer is left at once for the next, and only
 * when none answered is there a pause, `request_max_retries` times: until the first of them may be asked again. One that asked for a longer
 * pause (Retry-After) is left out until then.
 */
export function openRoute(api: ModelApi, request: ModelRequest, ctx: ProviderContext): Route {
  const places = placesOf(api, ctx.settings)
  const opened = new Map<string, Promise<Endpoint>>()
  const redactors: Endpoint['redact'][] = []
  const endpointOf = (place: ProviderEndpoint): Promise<Endpoint> => {
    const known = opened.get(place.base_url)
    if (known) return known
    const opening = openEndpoint(api, place, request, ctx).then((endpoint) => {
      redactors.push(endpoint.redact)
      // The round over all places is the retry.
      return places.length > 1 ? { ...endpoint, requestMaxRetries: 0 } : endpoint
    })
    opened.set(place.base_url, opening)
    return opening
  }
  const memory = ctx.endpointMemory
  let broken: { readonly url: string; readonly notice: string } | undefined
  return {
    streamMaxRetries: ctx.settings.stream_max_retries ?? 5,
    hasOthers: places.length > 1,
    redact: (text) => redactors.reduce((clean, redact) => redact(clean), text),
    async open(ask, { pace }, signal) {
      const rounds = places.length > 1 ? (ctx.settings.request_max_retries ?? 4) : 0
      const notices: string[] = []
      let last: unknown
      // Milliseconds from now on for which each asked not to be asked.
      let asked = new Map<string, number>()
      for (let round = 0; ; round += 1) {
        for (const place of inOrder(places, request.threadId, memory)) {
          if ((asked.get(place.base_url) ?? 0) > 0) continue
          const endpoint = await endpointOf(place)
          try {
            const stream = await ask(endpoint, (ms) => void asked.set(place.base_url, ms ?? 0))
            if (broken && broken.url !== place.base_url) notices.unshift(broken.notice)
            const broke = (why: string) => {
              memory.failed(place.base_url)
              broken = { url: place.base_url, notice: leftNotice(endpoint, why) }
            }
            return { stream, notices, broke, worked: () => memory.worked(request.threadId, place.base_url) }
          } catch (error) {
            signal.throwIfAborted()
            if (places.length === 1 || !isElsewhereBetter(error)) throw error
            memory.failed(place.base_url)
            last = error
            if (round === 0) notices.push(leftNotice(endpoint, messageOf(error)))
          }
        }
        const delays = places.map(({ base_url: url }) => Math.max(asked.get(url) ?? 0, 0) || ownDelay(round, pace))
        const delayMs = Math.min(...delays)
        if (round >= rounds || delayMs > longestDelayMs) throw last
        await pace.wait(delayMs, signal)
        asked = new Map([...asked].map(([url, ms]) => [url, ms - delayMs]))
      }
    },
  }
}

function leftNotice({ shownUrl, redact }: Endpoint, why: string): string {
  return `${shownUrl} is left for another endpoint: ${redact(why)}`
}

function ownDelay(round: number, { random }: Pace): number {
  return retryDelayMs(round, undefined, random)
}

function isElsewhereBetter(error: unknown): boolean {
  return error instanceof BrokenStream || (isCodexError(error) && elsewhereCodes.has(error.code))
}

function inOrder(
  places: readonly ProviderEndpoint[],
  threadId: string,
  memory: EndpointMemory,
): readonly ProviderEndpoint[] {
  if (places.length === 1) return places
  const last = memory.last(threadId)
  const byShare = places
    .map((place) => ({ place, rank: place.base_url === last ? -1 : rankOf(place, threadId) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ place }) => place)
  return [
    ...byShare.filter((place) => !memory.isOut(place.base_url)),
    ...byShare.filter((place) => memory.isOut(place.base_url)),
  ]
}

/** Weighted rendezvous hashing (Schindelhauer and Schomaker, 2005): the same thread gets the same order in every process. */
function rankOf({ base_url: baseUrl, weight = 1 }: ProviderEndpoint, threadId: string): number {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const drawn = createHash('sha256').update(`${threadId} ${baseUrl}`).digest().readUInt32BE(0)
  return -Math.log((drawn + 1) / 2 ** 32) / weight
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
