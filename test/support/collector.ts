import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request that a collector of traces got. */
export interface CollectedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A span as OTLP has it in JSON. */
export interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number }
  /** By name. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of its resource, by name. */
  readonly resource: Readonly<Record<string, unknown>>
}

export interface Collector {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly requests: readonly CollectedRequest[]
  /** The spans of all requests in JSON. */
  spans(): readonly CollectedSpan[]
  /** Ends it; it ends with the test by itself. */
  close(): Promise<void>
}

/** A collector on loopback; `answer` is what it does with a request, by default take it. */
export async function startCollector(
  answer: (response: ServerResponse) => void = (response) => response.end('{}'),
): Promise<Collector> {
  const requests: CollectedRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listens on TCP
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(close)
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans: () => requests.flatMap(({ body }) => spansIn(body)),
    close,
  }
}

interface WireAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

function spansIn(body: Buffer): readonly CollectedSpan[] {
  const request: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly WireAttribute[] }
      readonly scopeSpans: readonly {
        readonly spans: readonly (Omit<CollectedSpan, 'attributes'> & {
          readonly attributes: readonly WireAttribute[]
        })[]
      }[]
    }[]
  } = JSON.parse(body.toString('utf8'))
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: byName(span.attributes),
        resource: byName(resource.attributes),
      })),
    ),
  )
}

function byName(attributes: readonly WireAttribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
