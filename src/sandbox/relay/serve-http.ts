import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { carry, connectTo } from './open-tunnel.ts'
import type { Reach, Route, Transfer } from './reach.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { authorityOf, parseAuthority, parseHostAndPort, type RelayTarget } from './relay-target.ts'
import { watchEnd } from './watch-end.ts'

/** Without a byte in either direction, of a command or of the answer. */
const idleTimeoutMs = 10 * 60_000
const maxHeaderBytes = 64 * 1024

/** Headers of one hop (RFC 9110, section 7.6.1), and those that are for the proxy. `host` is written anew. */
const hopHeaders: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'proxy-authenticate', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'host'],
])

/**
 * An HTTP proxy (RFC 9112, sections 3.2.2 and 3.2.3) for connections that it is given: requests in absolute form, each decided about
 * on its own, and CONNECT. What is decided about is the target of the request line; a Host header that says something else is replaced.
 */
export function createHttpProxy(reach: Reach, signal: AbortSignal): (connection: Duplex) => void {
  const server = createServer({ maxHeaderSize: maxHeaderBytes })
  // Its other limits are for servers that listen (Node checks them by a list that begins then).
  server.setTimeout(idleTimeoutMs)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void serveRequest(request, response, reach, signal)
  })
  server.on('connect', (request: IncomingMessage, client: Duplex, first: Buffer) => {
    // What came before it was told to go on has to be back before the end of what it sends is there.
    client.pause()
    if (first.length > 0) client.unshift(first)
    void serveTunnel(request.url ?? '', client, reach, signal)
  })
  return (connection) => void server.emit('connection', connection)
}

async function serveRequest(request: IncomingMessage, response: ServerResponse, reach: Reach, signal: AbortSignal) {
  const asked = parseRequest(request)
  if ('status' in asked) return refuse(response, asked)
  const { target, path } = asked
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the command waits no more')))
  try {
    await reach(target, (route) => forward(request, response, { target, path, route }, signal), gone.signal)
  } catch (error) {
    refuse(response, refusalOf(error, target))
  }
}

/** What a request in absolute form asks for, or what is wrong with it. */
function parseRequest(request: IncomingMessage): { readonly target: RelayTarget; readonly path: string } | Refusal {
  const url = request.url ?? ''
  const method = request.method ?? 'GET'
  const parsed = /^http:\/\//i.test(url) ? URL.parse(url) : null
  if (parsed === null) {
    const hint = 'this is a proxy: it takes requests for http:// addresses, and CONNECT host:port for all others'
    return { status: 400, reply: 1, text: `codex: ${method} with no address; ${hint}` }
  }
  // Nobody sends these, but whoever wants one host to be taken for another (RFC 9110, section 4.2.4).
  if (parsed.username !== '' || parsed.password !== '' || /^http:\/\/[^/?#]*@/i.test(url)) {
    return { status: 400, reply: 1, text: 'codex: an address with a user in it is not sent on; use a header' }
  }
  const place = parseHostAndPort(parsed.hostname, parsed.port === '' ? 80 : Number(parsed.port))
  if (place === undefined) return { status: 400, reply: 1, text: `codex: ${method} with no host` }
  return { target: { method, ...place, protocol: 'http' }, path: `${parsed.pathname}${parsed.search}` }
}

interface Forwarded {
  readonly target: RelayTarget
  readonly path: string
  readonly route: Route
}

/** Sends the request on over a connection of its own, so that no other request can come to stand on it. */
async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, path, route }: Forwarded,
  signal: AbortSignal,
): Promise<Transfer> {
  const socket = await connectTo(target, route, signal)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const outgoing = send({
    ...{ method: target.method, path, signal: AbortSignal.any([signal, gone.signal]) },
    headers: [...['host', hostHeader(target), 'connection', 'close'], ...headersToSend(request)],
    createConnection: () => socket,
  })
  socket.setTimeout(idleTimeoutMs, () => socket.destroy(timedOut()))
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  outgoing.once('response', resolve)
  outgoing.on('error', reject)
  // The answer may come before the whole request was read, and the request is then not read to its end.
  pipeline(request, outgoing).catch(reject)
  try {
    const answer = await promise
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headersToAnswer(answer))
    await pipeline(answer, response)
    return { detail: `status ${answer.statusCode}, sent ${socket.bytesWritten} bytes, received ${socket.bytesRead}` }
  } finally {
    socket.destroy()
  }
}

function hostHeader({ host, port }: RelayTarget): string {
  return port === 80 ? authorityOf({ host, port }).replace(/:80$/, '') : authorityOf({ host, port })
}

/** Names and values by turns, as they came, without those of the hop. A body goes with the length or the chunks that it came with. */
function headersToSend(request: IncomingMessage): readonly string[] {
  const isChunked = request.headers['transfer-encoding'] !== undefined
  return [...ownHeaders(request), ...(isChunked ? ['transfer-encoding', 'chunked'] : [])]
}

function headersToAnswer(answer: IncomingMessage): string[] {
  return [...ownHeaders(answer)]
}

function ownHeaders({ rawHeaders, headers }: IncomingMessage): readonly string[] {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  // Without it the body of a GET would be sent unframed, and could be read as the next request.
  named.delete('content-length')
  return rawHeaders.flatMap((name, index) => {
    const isName = index % 2 === 0
    const lower = name.toLowerCase()
    return isName && !hopHeaders.has(lower) && !named.has(lower) ? [name, rawHeaders[index + 1] ?? ''] : []
  })
}

async function serveTunnel(authority: string, client: Duplex, reach: Reach, signal: AbortSignal) {
  const place = parseAuthority(authority)
  if (place === undefined) {
    return refuseTunnel(client, { status: 400, reply: 1, text: 'codex: CONNECT takes host:port' })
  }
  const target: RelayTarget = { method: 'CONNECT', ...place, protocol: 'https' }
  let isOpen = false
  const held = watchEnd(client)
  const transfer = async (route: Route): Promise<Transfer> => {
    held.stop()
    const socket = await connectTo(target, route, signal)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    isOpen = true
    return await carry(client, socket, { mustBeTls: route.mustBeTls, to: target })
  }
  try {
    await reach(target, transfer, held.gone)
  } catch (error) {
    held.stop()
    if (isOpen) client.destroy()
    else refuseTunnel(client, refusalOf(error, target))
  }
}

const statusWords = { 400: 'Bad Request', 403: 'Forbidden', 502: 'Bad Gateway', 504: 'Gateway Timeout' } as const

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  if (response.headersSent) return void response.destroy()
  // The rest of a body that nobody reads must not be taken for the next request.
  response.writeHead(status, statusWords[status], { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`${text}\n`)
}

function refuseTunnel(client: Duplex, { status, text }: Refusal): void {
  const body = Buffer.from(`${text}\n`)
  const head = [
    `HTTP/1.1 ${status} ${statusWords[status]}`,
    ...['content-type: text/plain; charset=utf-8', `content-length: ${body.length}`, 'connection: close'],
  ]
  client.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })
}
