import type { Usage } from '../events.ts'
import type { HttpResponse, ModelEvent, ModelRequest } from '../provider.ts'

/**
 * One API of models, for `streamModel`: where it answers, what it is sent, how its answers read. Settings, retries,
 * time limits, errors by status and the way on after a broken stream are the same for all.
 */
export interface ModelApi {
  /** Where it answers where the settings name no `base_url`. */
  readonly baseUrl: string
  /** Added to the path of the base URL. */
  readonly path: string
  /** Media type of its streams. Absent: `text/event-stream`. */
  readonly mediaType?: string
  /** Variable that the key comes from where the settings name none, for hints. */
  readonly keyName: string
  /** Headers of its own, those that carry the key included; names in lower case. Those of the settings come on top. `request` is absent where no model is asked, such as for a list. */
  headers(key: string | undefined, request: ModelRequest | undefined): Readonly<Record<string, string>>
  /** Headers that follow from the whole request, such as a signature; made anew for each try. Absent: none. */
  sign?(request: UnsignedRequest): Promise<Readonly<Record<string, string>>>
  /** What must not be shown besides the key and the settings' secrets. Absent: nothing. */
  readonly secrets?: readonly string[]
  /** What is sent, as JSON. */
  body(request: ModelRequest): object
  /** Reads one answer. @throws CodexError; BrokenStream where another try may do; the abort reason */
  read(stream: ModelStream, request: ModelRequest): AsyncIterable<ModelEvent | PausedAnswer>
  /** What the API says in the body of an answer with an error status. */
  readError(answer: FailedAnswer): Promise<ApiError>
}

/** An answer that ends before it is whole, since the model wants to be asked to go on behind it. Nothing follows it. */
export interface PausedAnswer {
  /** Tells it from the events of a model. */
  readonly type: 'paused'
  /** Of this answer. */
  readonly usage: Usage
}

/** What of an API says how a place of it is asked. */
export type EndpointApi = Pick<
  ModelApi,
  'path' | 'mediaType' | 'keyName' | 'headers' | 'sign' | 'secrets' | 'readError'
>

/** A request that is whole but for its signature. */
export interface UnsignedRequest {
  /** With its query. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As it is sent. */
  readonly body: string
}

/** An answer with an error status. */
export interface FailedAnswer {
  /** Of HTTP. */
  readonly status: number
  /** Cut at 64 KiB, without secrets. */
  readonly body: string
  /** By lower-case name. */
  readonly headers: HttpResponse['headers']
}

/** What an API says of a failure; both absent where its body is something else, such as the page of a proxy. */
export interface ApiError {
  /** What the status does not say; `reasoning`: sealed reasoning of the request is not accepted, so it is asked again without. */
  readonly reason?: 'context_length' | 'quota' | 'model_unknown' | 'reasoning' | 'credential'
  /** For people. */
  readonly message?: string
}

/** A response whose stream has begun. */
export interface ModelStream {
  /** The bytes as they come. */
  readonly body: AsyncIterable<Uint8Array>
  /** Aborts with the caller's reason, or with a BrokenStream when nothing came for `stream_idle_timeout_ms`, or no event for ten times as long. */
  readonly signal: AbortSignal
  /** To be called whenever something came. */
  touch(): void
  /** To be called instead where what came is known to be no event, such as a comment. Absent: it counts as one. */
  keepAlive?(): void
  /** Ends the watch for silence. */
  stop(): void
  /** Closes the connection. */
  cancel(): void
}

/** How retries are spaced. Tests give their own, so that they need not wait. */
export interface Pace {
  /** Resolves after so many milliseconds. @throws the abort reason */
  wait(delayMs: number, signal: AbortSignal): Promise<void>
  /** From 0 to below 1. */
  random(): number
}
