/** What the scripted server answers to one request. JSON, so that a script file can hold it; `hold` is for tests in process. */
export interface ModelTurn {
  /** Summary of the reasoning, as one part. */
  readonly reasoning?: string
  /** What the server thought, word for word (Responses alone). */
  readonly rawReasoning?: string
  /** What the server searched the web for, before it answered (Responses alone). */
  readonly search?: string
  readonly text?: string
  /** The text instead as `count` deltas of `size` characters each, for long answers. */
  readonly filler?: { readonly count: number; readonly size: number }
  /** Characters of one text delta. Default: the whole text at once. */
  readonly deltaSize?: number
  readonly calls?: readonly ScriptedCall[]
  readonly usage?: ScriptedUsage
  readonly failure?: ScriptedFailure
  /** Awaited before event number `index` (from 0) is sent. */
  hold?(index: number): Promise<void> | undefined
}

export type ScriptedCall =
  /** `namespace`: the group of the tool (Responses alone). */
  | { readonly name: string; readonly arguments: unknown; readonly callId?: string; readonly namespace?: string }
  | { readonly name: string; readonly input: string; readonly callId?: string }
  /** A command line, for whichever shell tool the client offers. */
  | { readonly shell: string; readonly callId?: string }

export interface ScriptedUsage {
  readonly input?: number
  readonly cached?: number
  /** Written to the cache, where the API tells. */
  readonly written?: number
  readonly output?: number
  readonly reasoning?: number
}

/** `afterEvents`: how many events of the turn are sent before. */
export type ScriptedFailure =
  /** Answered before any stream; a body that is no string is sent as JSON. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Record<string, string>
    }
  | { readonly kind: 'content_type'; readonly contentType: string; readonly body: string }
  /** The connection is reset before anything is answered. */
  | { readonly kind: 'reset' }
  /** The connection is destroyed. */
  | { readonly kind: 'cut'; readonly afterEvents: number }
  /** The stream ends as if all were well. */
  | { readonly kind: 'close'; readonly afterEvents: number }
  /** `data` stands where JSON belongs; then the stream ends. */
  | { readonly kind: 'malformed'; readonly afterEvents: number; readonly data: string }
  /** Nothing more comes and the connection stays open, with a filler every so many milliseconds if that is given. Absent `afterEvents`: not even headers. */
  | { readonly kind: 'silent'; readonly afterEvents?: number; readonly fillerEveryMs?: number }
  /** `response.failed` in place of the end. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'incomplete'; readonly reason: string }
  /** An `error` event in place of the end. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }

/** The pieces in which the text of a turn is sent. */
export function textDeltas(turn: ModelTurn): readonly string[] {
  if (turn.filler) return Array.from({ length: turn.filler.count }, () => 'x'.repeat(turn.filler?.size ?? 0))
  if (turn.text === undefined) return []
  const size = turn.deltaSize ?? Math.max(1, turn.text.length)
  const count = Math.max(1, Math.ceil(turn.text.length / size))
  return Array.from({ length: count }, (_, index) => turn.text?.slice(index * size, (index + 1) * size) ?? '')
}
