import type { IncomingMessage } from 'node:http'
import type { HttpRequest, HttpResponse } from '../plugin-api/provider.ts'

/** Sends one request and gives the answer once its headers are there; follows no redirect. @throws what `node:http` throws; the abort reason */
export type HttpClient = (url: URL, request: HttpRequest) => Promise<HttpResponse>

/**
 * Requests over `node:http` and `node:https`, connections kept for the next request. Not over `fetch`: loading Node's costs 20 ms, a
 * sixth of a short turn. For the same reason not by `import`, which reads every export of `node:http` and with them what `fetch` needs.
 *
 * @param env where proxies stand (HTTP_PROXY, HTTPS_PROXY, NO_PROXY)
 */
export function createHttpClient(env: Readonly<Record<string, string | undefined>>): HttpClient {
  const agents = new Map<string, InstanceType<typeof import('node:http').Agent>>()
  return async (url, { method = 'GET', headers = {}, body, signal }) => {
    signal?.throwIfAborted()
    const isSecure = url.protocol === 'https:'
    const library = isSecure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
    const agent = agents.get(url.protocol) ?? new library.Agent({ keepAlive: true, proxyEnv: env })
    agents.set(url.protocol, agent)
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
  return {
    status,
    statusText,
    ok: status >= 200 && status <= 299,
    headers,
    body: message,
    async text() {
      const chunks: Uint8Array[] = []
      for await (const chunk of message) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    },
    cancel: () => void message.destroy(),
  }
}
