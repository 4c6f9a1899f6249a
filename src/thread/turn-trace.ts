import { clockMs } from '../kernel/clock-ms.ts'
import type { SpanWork, ThreadEvent, ThreadSpan, TraceContext } from '../plugin-api/index.ts'

/** The event that says that a piece of work is over. */
export interface SpanEvent {
  readonly type: 'span'
  readonly span: ThreadSpan
}

/** The event that says what a person granted for the session. */
export type GrantEvent = Extract<ThreadEvent, { type: 'grant' }>

/** Names and times the pieces of a turn's work. */
export interface TurnTrace {
  /** Of the turn itself. */
  readonly context: TraceContext
  /** Begins a piece; `under` is the span of what it is a part of. Absent: of the turn. */
  begin(under?: TraceContext): OpenSpan
  /** Keeps the end of a piece, or what was granted during one, for whoever writes the stream. */
  add(event: SpanEvent | GrantEvent): void
  /** What was kept, as a part of the piece during which it began. */
  take(during: OpenSpan): readonly (SpanEvent | GrantEvent)[]
}

/** A piece of work that goes on. */
export interface OpenSpan {
  /** What is handed on to whoever takes part in it. */
  readonly context: TraceContext
  /** ISO 8601 in UTC. */
  readonly started: string
  /** Milliseconds since it began. */
  elapsedMs(): number
  end(work: SpanWork, error?: string): SpanEvent
}

export interface TraceDeps {
  now(): Date
  /** 16 hexadecimal digits that nobody else has. */
  newSpanId(): string
}

/** The trace of one turn. A span costs two looks at clocks; who reads the stream makes of it what they want. */
export function createTurnTrace(context: TraceContext, { now, newSpanId }: TraceDeps): TurnTrace {
  const kept: (SpanEvent | GrantEvent)[] = []
  return {
    context,
    begin(under) {
      const started = now().toISOString()
      const from = clockMs()
      const own: TraceContext = { ...context, spanId: newSpanId() }
      const elapsedMs = () => rounded(clockMs() - from)
      return {
        context: own,
        started,
        elapsedMs,
        end(work, error) {
          const parent = under === undefined ? {} : { parent_span_id: under.spanId }
          const when = { started, duration_ms: elapsedMs() }
          return {
            type: 'span',
            span: { span_id: own.spanId, ...parent, ...when, work, ...(error !== undefined && { error }) },
          }
        },
      }
    },
    add: (event) => void kept.push(event),
    take: (during) =>
      kept.splice(0).map((event) => {
        if (event.type === 'grant') return event
        const { type, span } = event
        const isInside = span.parent_span_id === undefined && span.started >= during.started
        return { type, span: isInside ? { ...span, parent_span_id: during.context.spanId } : span }
      }),
  }
}

/** What a span says of a failure: a code of the table of errors where there is one. */
export function spanError(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'interrupted'
  const code = (error as { readonly code?: unknown } | null)?.code // anything may be thrown; the code is checked
  return typeof code === 'string' ? code : 'failed'
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
