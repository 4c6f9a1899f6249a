import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ModelTurn } from './model-turn.ts'
import { sendTurn } from './send-turn.ts'
import { wireFormat } from './wire-format.ts'

export type { ModelTurn, ScriptedCall, ScriptedFailure, ScriptedUsage } from './model-turn.ts'

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The parsed JSON body; an empty object where it was none. */
  readonly body: Record<string, unknown>
  /** Number of the connection that it came over, from 1; the same where one was used again. */
  readonly connection: number
  /** How the answer ended: sent in full, or cut because the connection closed. */
  readonly ended: Promise<'sent' | 'closed'>
}

export interface ModelServer {
  /** `http://127.0.0.1:PORT/v1`, to be used as base URL. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** Requests for lists of models; no turn is spent on them. */
  readonly listings: readonly RecordedRequest[]
  /** Resolves when so many requests have arrived. */
  received(count: number): Promise<void>
  /** May be called again. */
  close(): Promise<void>
}

export interface ModelServerOptions {
  /** After the last turn: repeat it, or answer 400. Default `refuse`. */
  readonly whenSpent?: 'repeat' | 'refuse'
  /** What `GET …/models` lists, with an ETag that follows from it; a function is asked each time. Absent: 404. */
  readonly models?: readonly object[] | (() => readonly object[])
  /** The windows of models, as Ollama's own API tells them of models that it has loaded. Absent: none is known. */
  readonly windows?: Readonly<Record<string, number>>
}

/**
 * Starts a model server on an ephemeral loopback port. It answers `POST …/responses`, `…/chat/completions`,
 * `…/messages` (Anthropic) and `…/converse-stream` (Bedrock) as scripted, one turn a request; a turn may be a function of the request.
 */
export async function startModelServer(
  turns: readonly (ModelTurn | ((request: RecordedRequest) => ModelTurn))[],
  options: ModelServerOptions = {},
): Promise<ModelServer> {
  const requests: RecordedRequest[] = []
  const listings: RecordedRequest[] = []
  const loaded = new Set<string>()
  const connections = new Map<Socket, number>()
  const connectionOf = (socket: Socket): number => {
    const number = connections.get(socket) ?? connections.size + 1
    connections.set(socket, number)
    return number
  }
  const waiting: { count: number; resolve: () => void }[] = []
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await record(incoming, response, connectionOf(incoming.socket))
    if (request.path.startsWith('/api/')) return sendOllama(request, response, options.windows ?? {}, loaded)
    if (request.method === 'GET' && request.path.endsWith('/models') && options.models) {
      listings.push(request)
      sendModels(request, response, typeof options.models === 'function' ? options.models() : options.models)
      return
    }
    const format = wireFormat(request.method, request.path)
    if (!format) {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: `Nothing answers ${request.method} ${request.path}` } }))
      return
    }
    requests.push(request)
    const number = requests.length
    for (const waiter of waiting) if (waiter.count <= number) waiter.resolve()
    const scripted = turns[number - 1] ?? (options.whenSpent === 'repeat' ? turns.at(-1) : undefined)
    const turn = typeof scripted === 'function' ? scripted(request) : scripted
    if (turn) return sendTurn(response, turn, format.events(turn, number, request.body), format)
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: `No turn is scripted for request ${number}` } }))
  }
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: String(error) } }))
    })
  })
  // Some clients try a WebSocket first and fall back when it is refused so.
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    listings,
    received: (count) =>
      requests.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    close: () =>
      new Promise((resolve, reject) => {
        if (!server.listening) return resolve()
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

function sendModels({ headers }: RecordedRequest, response: ServerResponse, data: readonly object[]): void {
  const text = JSON.stringify({ object: 'list', data })
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`
  if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { 'content-type': 'application/json', etag }).end(text)
}

async function record(
  incoming: IncomingMessage,
  response: ServerResponse,
  connection: number,
): Promise<RecordedRequest> {
  const ended = new Promise<'sent' | 'closed'>((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'sent' : 'closed'))
  })
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  const query = Object.fromEntries(url.searchParams)
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query,
    headers,
    body: parseBody(chunks),
    connection,
    ended,
  }
}

function parseBody(chunks: readonly Buffer[]): Record<string, unknown> {
  const text = Buffer.concat(chunks).toString('utf8')
  const value: unknown = text === '' ? {} : JSON.parse(text)
  // Checked: whatever is no object is recorded as empty.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** `POST /api/generate` without a prompt loads a model, `GET /api/ps` lists those that are loaded. */
function sendOllama(
  { method, path, body }: RecordedRequest,
  response: ServerResponse,
  windows: Readonly<Record<string, number>>,
  loaded: Set<string>,
): void {
  const model = String(body.model)
  if (method === 'POST' && path === '/api/generate' && model in windows) loaded.add(model)
  const models = [...loaded].map((name) => ({ name, context_length: windows[name] }))
  const isKnown = path === '/api/ps' || loaded.has(model)
  response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(path === '/api/ps' ? { models } : { model, done: true }))
}
