import type { Usage } from './events.ts'

/** Where a piece of work stands in a distributed trace, as it is handed on (W3C Trace Context). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the span that whatever this is handed to belongs under. */
  readonly spanId: string
  /** Two hexadecimal digits; the last bit says whether the trace is recorded. */
  readonly flags: string
  /** `tracestate`, as it came. Absent: there is none. */
  readonly state?: string
}

/** A piece of work of a turn that is over: of its record, and of traces. It holds no text of prompts, answers, arguments or outputs. */
export interface ThreadSpan {
  /** 16 hexadecimal digits. */
  readonly span_id: string
  /** What it was a part of. Absent: of the turn itself. */
  readonly parent_span_id?: string
  /** When it began: ISO 8601 in UTC, with milliseconds. */
  readonly started: string
  /** How long it took, by a clock that does not jump. */
  readonly duration_ms: number
  /** What it was. */
  readonly work: SpanWork
  /** A code of the table of errors, `interrupted`, `denied` or `failed`. Absent: it did what was asked. */
  readonly error?: string
}

/** What a span was about. */
export type SpanWork =
  | {
      readonly kind: 'request'
      /** Id of the provider. */
      readonly provider: string
      /** As the provider is asked for it. */
      readonly model: string
      /** Of this request. Absent: it gave no answer. */
      readonly usage?: Usage
      /** Until the first word of the answer. Absent: none came. */
      readonly first_output_ms?: number
      /** How often it was tried again. Absent: never. */
      readonly retries?: number
      /** True where it wrote a summary for a compaction. */
      readonly compaction?: boolean
    }
  | {
      readonly kind: 'tool_call'
      /** Id of the tool. */
      readonly tool: string
      /** As the model named the call. */
      readonly call_id: string
    }
  | {
      readonly kind: 'approval'
      /** What was asked about: `exec`, `write`, … */
      readonly action: string
      /** What was said. Absent: nothing, since the turn was stopped. */
      readonly answer?: string
    }
  | {
      readonly kind: 'compaction'
      /** How many items of the history gave way to a summary. */
      readonly replaced_items?: number
    }

/** A trace context as it is sent: header fields of HTTP, of the same names in `_meta` of an MCP call. */
export function traceFields({ traceId, spanId, flags, state }: TraceContext): {
  readonly traceparent: string
  readonly tracestate?: string
} {
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(state !== undefined && { tracestate: state }) }
}
