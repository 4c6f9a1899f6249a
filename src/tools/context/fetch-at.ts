import type { LookupAddress } from 'node:dns'
import type { Readable } from 'node:stream'

/** Responses that have no body (Fetch standard, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([101, 103, 204, 205, 304])

/**
 * `fetch` of one URL over HTTP/1.1 that connects to the given addresses and no other, and follows no redirect. The body is decoded as
 * its `content-encoding` says.
 *
 * @throws what `node:http` throws; the abort reason
 */
export async function fetchAt(
  url: URL,
  init: RequestInit,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<Response> {
  const { signal: _, ...rest } = init
  const request = new Request(url, {
    ...rest,
    redirect: 'manual',
    ...(init.body instanceof ReadableStream && { duplex: 'half' }),
  })
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
  const { request: send } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>()
  const outgoing = send(url, {
    method: request.method,
    agent: false,
    signal,
    headers: {
      'accept-encoding': 'gzip, deflate, br',
      accept: '*/*',
      ...Object.fromEntries(request.headers),
      ...(body && { 'content-length': String(body.length) }),
    },
    lookup: (_host, options, done) =>
      // The types know the shape for one address; `all` asks for the list (net.connect, "lookup").
      options.all ? done(null, [...addresses]) : done(null, addresses[0]?.address ?? '', addresses[0]?.family),
  })
  outgoing.on('response', resolve)
  outgoing.on('error', (error) => reject(signal.aborted ? signal.reason : error))
  outgoing.end(body)
  const answer = await promise
  const status = answer.statusCode ?? 0
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  const hasBody = request.method !== 'HEAD' && !withoutBody.has(status)
  if (!hasBody) answer.resume()
  const response = new Response(hasBody ? bodyOf(await decoded(answer), signal) : null, {
    status,
    statusText: answer.statusMessage ?? '',
    headers,
  })
  // A Response that is made by hand has no URL of its own.
  return Object.defineProperty(response, 'url', { value: url.href })
}

async function decoded(answer: import('node:http').IncomingMessage): Promise<Readable> {
  const { createBrotliDecompress, createGunzip, createInflate } = await import('node:zlib')
  const encoding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined
  if (!decoder) return answer
  answer.on('error', (error) => decoder.destroy(error))
  decoder.on('close', () => answer.destroy())
  return answer.pipe(decoder)
}

/** The body as the web has it; the abort reason where the signal ends it. */
function bodyOf(stream: Readable, signal: AbortSignal): ReadableStream<Uint8Array> {
  async function* pieces() {
    try {
      for await (const piece of stream) yield new Uint8Array(piece)
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  }
  // Node's declaration of the stream and the global one differ in name only.
  return ReadableStream.from(pieces()) as unknown as ReadableStream<Uint8Array>
}
