import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpClient } from './http-client.ts'

async function serve(listener: RequestListener) {
  const sockets = new Set<Socket>()
  const server = createServer(listener).listen(0, '127.0.0.1')
  server.on('connection', (socket) => sockets.add(socket))
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: new URL(`http://127.0.0.1:${port}/path`), port, sockets, server }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of message.setEncoding('utf8')) text += chunk
  return text
}

test('method, headers and body arrive, and the answer comes back with its own', async () => {
  const seen: unknown[] = []
  const { url } = await serve(async (request, response) => {
    seen.push(request.method, request.headers['x-own'], request.headers['content-length'], await bodyOf(request))
    response.writeHead(404, 'Nothing Here', { 'Set-Cookie': ['a=1', 'b=2'], 'X-Kind': 'text' }).end('grüße')
  })
  const answer = await createHttpClient({})(url, { method: 'POST', headers: { 'x-own': 'yes' }, body: 'ü' })
  expect(seen).toEqual(['POST', 'yes', '2', 'ü'])
  expect(answer).toMatchObject({ status: 404, statusText: 'Nothing Here', ok: false })
  expect(answer.headers).toMatchObject({ 'set-cookie': 'a=1, b=2', 'x-kind': 'text' })
  expect(await answer.text()).toBe('grüße')
})

test('an answer makes a Response for a library that wants one', async () => {
  const { url } = await serve((_, response) => response.writeHead(201, { 'x-a': 'b' }).end('text'))
  const answer = await createHttpClient({})(url, {})
  const response = new Response(ReadableStream.from(answer.body), answer)
  expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([201, 'b', 'text'])
})

test('no redirect is followed', async () => {
  const other = await serve((_, response) => response.end())
  const { url } = await serve((_, response) => response.writeHead(302, { location: other.url.href }).end())
  const answer = await createHttpClient({})(url, {})
  expect([answer.status, answer.headers.location]).toEqual([302, other.url.href])
  expect(other.sockets.size).toBe(0)
})

test('one connection serves requests that follow each other', async () => {
  const { url, sockets } = await serve((_, response) => response.end('x'))
  const send = createHttpClient({})
  for (let count = 0; count < 3; count += 1) await (await send(url, {})).text()
  expect(sockets.size).toBe(1)
})

test('an abort ends a request before its answer and a body in the middle, with its reason', async () => {
  const { url, server } = await serve((request, response) => {
    if (request.url === '/body') response.write('first')
  })
  const send = createHttpClient({})
  const early = new AbortController()
  const waiting = send(url, { signal: early.signal })
  await once(server, 'request')
  early.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')

  const late = new AbortController()
  const answer = await send(new URL('/body', url), { signal: late.signal })
  const reading = answer.text()
  late.abort(new Error('enough'))
  await expect(reading).rejects.toThrow(/abort/i)
  await expect(send(url, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
})

test('a connection that breaks off is an error of the body, not its end', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  })
  const answer = await createHttpClient({})(url, {})
  await expect(answer.text()).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test('cancelling closes the connection', async () => {
  const { url, sockets } = await serve((_, response) => void response.write('more to come'))
  const answer = await createHttpClient({})(url, {})
  const [socket] = sockets
  if (!socket) throw new Error('nothing connected')
  const closed = once(socket, 'close')
  answer.cancel()
  await closed
})

test('a proxy of the environment is asked, but for the hosts that NO_PROXY names', async () => {
  const asked: string[] = []
  const proxy = await serve((request, response) => {
    asked.push(request.url ?? '')
    response.end('from the proxy')
  })
  proxy.server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  const own = await serve((_, response) => response.end('direct'))
  const address = `http://127.0.0.1:${proxy.port}`
  const send = createHttpClient({ HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '127.0.0.1' })
  expect(await (await send(new URL('http://model.example/v1'), {})).text()).toBe('from the proxy')
  await expect(send(new URL('https://model.example/v1'), {})).rejects.toThrow(/403|tunnel/i)
  expect(await (await send(own.url, {})).text()).toBe('direct')
  expect(asked).toEqual(['http://model.example/v1', 'CONNECT model.example:443'])
})

test.each(['gzip', 'deflate', 'br', 'zstd'] as const)(
  'what is compressed by %s comes out as it was, as it comes',
  async (encoding) => {
    const encoders = { gzip: createGzip, deflate: createDeflate, br: createBrotliCompress, zstd: createZstdCompress }
    const { promise: seen, resolve: goOn } = Promise.withResolvers<void>()
    const { url } = await serve(async (_, response) => {
      response.writeHead(200, { 'content-encoding': encoding })
      const encoder = encoders[encoding]()
      encoder.pipe(response)
      encoder.write('first ')
      encoder.flush()
      await seen
      encoder.end('second')
    })
    const answer = await createHttpClient({})(url, {})
    const chunks: string[] = []
    for await (const chunk of answer.body) {
      chunks.push(Buffer.from(chunk).toString())
      goOn()
    }
    expect(chunks).toEqual(['first ', 'second'])
  },
)

test('a compressed answer that is cut or damaged is an error, and leaving one closes its connection', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is not compressed')
  })
  await expect((await createHttpClient({})(url, {})).text()).rejects.toThrow('incorrect header check')
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  const endless = await serve((_, response) => {
    response.on('close', onClosed).writeHead(200, { 'content-encoding': 'gzip' })
    const encoder = createGzip()
    encoder.pipe(response)
    encoder.write('first')
    encoder.flush()
  })
  for await (const _ of (await createHttpClient({})(endless.url, {})).body) break
  await closed
})
