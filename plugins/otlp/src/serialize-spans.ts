import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { AttributeValue, FinishedSpan } from './finished-span.ts'

/** The wire form of spans. */
export interface SpanSerializer {
  readonly contentType: string
  /** The body of an export request. */
  write(spans: readonly FinishedSpan[]): Uint8Array
  /** How many spans of a request the server says that it did not take, from the body of its answer. @throws where that is no such answer */
  rejected(answer: Uint8Array): number
}

/** Opens OpenTelemetry's own serializer: it is large, and most turns export nothing. */
export async function openSerializer(
  protocol: 'json' | 'binary',
  about: { readonly resource: Readonly<Record<string, string>>; readonly version: string },
): Promise<SpanSerializer> {
  const [{ JsonTraceSerializer, ProtobufTraceSerializer }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/otlp-transformer'),
    import('@opentelemetry/resources'),
  ])
  const serializer = protocol === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer
  const resource = resourceFromAttributes(about.resource)
  const instrumentationScope = { name: 'codex-kernel', version: about.version }
  const readable = (span: FinishedSpan): ReadableSpan => ({
    name: span.name,
    kind: span.kind === 'client' ? 2 : 0,
    spanContext: () => ({ traceId: span.traceId, spanId: span.spanId, traceFlags: span.flags }),
    ...(span.parentSpanId !== undefined && {
      parentSpanContext: { traceId: span.traceId, spanId: span.parentSpanId, traceFlags: span.flags },
    }),
    startTime: hrTime(span.startMs),
    endTime: hrTime(span.endMs),
    duration: hrTime(span.endMs - span.startMs),
    status: { code: span.failed ? 2 : 0 },
    attributes: defined(span.attributes),
    links: [],
    events: span.events.map(({ name, timeMs, attributes }) => ({
      name,
      time: hrTime(timeMs),
      attributes: defined(attributes),
    })),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  })
  return {
    contentType: protocol === 'json' ? 'application/json' : 'application/x-protobuf',
    write: (spans) => serializer.serializeRequest(spans.map(readable)) ?? new Uint8Array(),
    rejected: (answer) => Number(serializer.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0),
  }
}

/** Seconds and nanoseconds. */
function hrTime(milliseconds: number): [number, number] {
  const seconds = Math.floor(milliseconds / 1000)
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)]
}

function defined(attributes: Readonly<Record<string, AttributeValue | undefined>>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
