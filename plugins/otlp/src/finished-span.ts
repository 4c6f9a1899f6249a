/** A value of an attribute. */
export type AttributeValue = string | number | boolean

/** A span as it is sent: times in milliseconds since 1970, with fractions. */
export interface FinishedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  /** `tracestate`, as it came. */
  readonly flags: number
  readonly name: string
  /** `client` for what asks another machine. */
  readonly kind: 'internal' | 'client'
  readonly startMs: number
  readonly endMs: number
  /** Undefined values are left out. */
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
  readonly events: readonly SpanMoment[]
  readonly failed: boolean
}

/** Something that happened during a span. */
export interface SpanMoment {
  readonly name: string
  readonly timeMs: number
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
}
