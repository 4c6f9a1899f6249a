import type { IncomingMessage } from 'node:http'
import type { TlsFiles } from '../plugin-api/observer.ts'
import type { HttpRequest, HttpResponse } from '../plugin-api/provider.ts'
import { requestProxy } from './request-proxy.ts'

/** Sends one request and gives the answer once its headers are there; follows no redirect. @throws CodexError `config.invalid` for a proxy that cannot be used; what `node:http` throws; the abort reason */
export type HttpClient = (url: URL, request: HttpRequest & { readonly tls?: TlsFiles }) => Promise<HttpResponse>

/**
 * Requests over `node:http` and `node:https`, connections kept for the next request. Not over `fetch`: loading Node's costs 20 ms, a
 * sixth of a short turn. For the same reason not by `import`, which reads every export of `node:http` and with them what `fetch` needs.
 *
 * @param env where proxies stand (HTTP_PROXY, HTTPS_PROXY, NO_PROXY)
 */
export function createHttpClient(env: Readonly<Record<string, string | undefined>>): HttpClient {
  const agents = new Map<string, InstanceType<typeof import('node:http').Agent>>()
  return async (url, { method = 'GET', headers = {}, body, signal, tls }) => {
    signal?.throwIfAborted()
    const isSecure = url.protocol === 'https:'
    const library = isSecure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
    const proxyEnv = requestProxy(url, env)
    const name = tls ? `${url.protocol} ${JSON.stringify(tls)}` : url.protocol
    const agent = agents.get(name) ?? new library.Agent({ keepAlive: true, proxyEnv, ...tls })
    agents.set(name, agent)
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>()
    const options = { method, headers: { 'accept-encoding': 'identity', ...headers }, agent, ...(signal && { signal }) }
    const outgoing = library.request(url, options, (message) => resolve(responseOf(message)))
    outgoing.on('error', (error) => reject(signal?.aborted ? signal.reason : error))
    outgoing.end(body)
    return await promise
  }
}

function responseOf(message: IncomingMessage): HttpResponse {
  const { statusCode: status = 0, statusMessage: statusText = '' } = message
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : `${value}`,
    ]),
  )
  const body = decoded(message)
  return {
    status,
    statusText,
    ok: status >= 200 && status <= 299,
    headers,
    body,
    async text() {
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    },
    cancel: () => void message.destroy(),
  }
}

/** Some proxies and servers compress although `identity` was asked for. What comes is given out as it comes. */
function decoded(message: IncomingMessage): AsyncIterable<Uint8Array> {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return message
  const zlib = process.getBuiltinModule('node:zlib')
  const flush = { flush: zlib.constants.Z_SYNC_FLUSH }
  const makers: Readonly<Record<string, () => import('node:stream').Duplex>> = {
    gzip: () => zlib.createGunzip(flush),
    'x-gzip': () => zlib.createGunzip(flush),
    deflate: () => zlib.createInflate(flush),
    br: () => zlib.createBrotliDecompress(),
    zstd: () => zlib.createZstdDecompress(),
  }
  const make = Object.hasOwn(makers, encoding) ? makers[encoding] : undefined
  if (!make) return message
  // A broken connection ends the decoder with its error, and a decoder that is left closes the connection.
  const { pipeline } = process.getBuiltinModule('node:stream')
  return pipeline(message, make(), () => {})
}
