import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpProxy } from './serve-http.ts'

/** A listening server, gone when the test ends; the port that it has. */
async function listening(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port // of a server that listens on a port
}

/** What a target gets of a request that is sent through the proxy, byte for byte. */
async function forwarded(request: (target: string) => string): Promise<string> {
  const received = Promise.withResolvers<string>()
  const target = await listening((socket) => {
    let text = ''
    socket.setEncoding('latin1').on('data', (data: string) => {
      text += data
      // What belongs to the request comes with it, or right behind it: the answer is what ends it.
      if (text.includes('\r\n\r\nend')) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
    })
    socket.on('close', () => received.resolve(text)).on('error', () => undefined)
  })
  const life = new AbortController()
  onTestFinished(() => life.abort())
  const addresses = [{ address: '127.0.0.1', family: 4 }]
  const proxy = createHttpProxy(async (_target, transfer) => {
    await transfer({ addresses, mustBeTls: false })
  }, life.signal)
  const client = connect(await listening((socket) => proxy(socket)), '127.0.0.1')
  client.on('error', () => undefined).end(request(`127.0.0.1:${target}`))
  const text = await received.promise
  client.destroy()
  return text
}

const second = 'DELETE /second HTTP/1.1\r\nhost: other\r\n\r\nend'

test.each(['content-length', 'close, Content-Length', 'content-length, host, transfer-encoding'])(
  'the body of a GET stays its body where Connection names %s',
  async (named) => {
    const text = await forwarded(
      (target) =>
        `GET http://${target}/first HTTP/1.1\r\nhost: x\r\nconnection: ${named}\r\ncontent-length: ${second.length}\r\n\r\n${second}`,
    )
    const [head, ...body] = text.split('\r\n\r\n')
    expect(head?.toLowerCase()).toContain(`\r\ncontent-length: ${second.length}`)
    expect(body.join('\r\n\r\n')).toBe(second)
  },
)

test('a body in chunks stays in chunks, whatever Connection names', async () => {
  const text = await forwarded(
    (target) =>
      `GET http://${target}/first HTTP/1.1\r\nhost: x\r\nconnection: transfer-encoding\r\ntransfer-encoding: chunked\r\n\r\n${second.length.toString(16)}\r\n${second}\r\n0\r\n\r\n`,
  )
  expect(text.toLowerCase()).toMatch(/\r\ntransfer-encoding: chunked\r\n/)
  expect(text).toContain(`\r\n\r\n${second.length.toString(16)}\r\n${second}`)
})
