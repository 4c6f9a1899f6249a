import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { countingServer, listen, openRelayBench } from '../../../test/support/relay-bench.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(...args: Parameters<typeof openRelayBench>) {
  const bench = await openRelayBench(...args)
  closing.push(bench.close)
  return bench
}
async function serve(...args: Parameters<typeof countingServer>) {
  const server = await countingServer(...args)
  closing.push(server.close)
  return server
}
const get = (url: string, ...headers: readonly string[]) =>
  [`GET ${url} HTTP/1.1`, 'host: whatever', 'connection: close', ...headers, '', ''].join('\r\n')
const through = (authority: string, request: string) => [`CONNECT ${authority} HTTP/1.1\r\n\r\n`, request]
const inner = (path: string) => `GET ${path} HTTP/1.1\r\nhost: inner\r\nconnection: close\r\n\r\n`

test('a request in absolute form reaches the host that is allowed, and is recorded with its end', async () => {
  const { port, requests } = await serve()
  const { send, bench } = await open([`GET localhost:${port}`])
  expect(await send(get(`http://localhost:${port}/a?b=c`))).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*GET \/a\?b=c/)
  expect(requests).toEqual([`GET /a?b=c localhost:${port}`])
  expect(bench.audit).toMatchObject([
    { type: 'decision', outcome: 'allow', action: { kind: 'network', method: 'GET', host: 'localhost', port } },
    { type: 'outcome', status: 'done', detail: expect.stringMatching(/^status 200, sent \d+ bytes, received \d+$/) },
  ])
})

test('a host that is not allowed is not connected to, nobody is asked, and the denial names it', async () => {
  const { port, connections } = await serve()
  const { send, network } = await open(['* other.test'], { ask: ['* *'] })
  expect(await send(get(`http://localhost:${port}/`))).toMatch(
    /^HTTP\/1\.1 403 Forbidden[\s\S]*localhost is no address of the public internet/,
  )
  expect(await send(...through(`localhost:${port}`, inner('/')))).toMatch(/^HTTP\/1\.1 403 /)
  expect(connections()).toBe(0)
  expect(network.takeDenials()).toMatchObject([{ outcome: 'deny', action: { host: 'localhost', port } }])
  expect(network.takeDenials()).toEqual([])
})

test('what a person granted ahead holds for commands, until the turn ends', async () => {
  const { port, requests } = await serve()
  const { send, bench } = await open([], { ask: ['* *'] })
  const grant = { kind: 'permission', of: 'network', subject: `localhost:${port}`, purpose: 'to try' } as const
  expect(await send(get(`http://localhost:${port}/before`))).toMatch(/ 403 /)
  await bench.gate.authorize(grant, new AbortController().signal)
  expect(await send(get(`http://localhost:${port}/granted`))).toMatch(/GET \/granted$/)
  bench.gate.endTurn()
  expect(await send(get(`http://localhost:${port}/after`))).toMatch(/ 403 /)
  expect(requests).toEqual([`GET /granted localhost:${port}`])
})

test('of a program that asks for any number of hosts, fifty are told and all are recorded', async () => {
  const { send, bench, network } = await open(['* only.test'])
  const asked = Array.from({ length: 60 }, (_, index) => `GET http://h${index}.test/ HTTP/1.1\r\nhost: x\r\n\r\n`)
  for (const one of asked) await send(one)
  expect(network.takeDenials()).toHaveLength(50)
  expect(bench.audit.filter((record) => record.type === 'decision')).toHaveLength(60)
})

test('a tunnel goes to the port that is allowed, and to no other', async () => {
  const allowed = await serve()
  const other = await serve()
  const { send, bench } = await open([`* localhost:${allowed.port}`])
  const answer = await send(...through(`localhost:${allowed.port}`, inner('/in')))
  expect(answer).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 200 OK[\s\S]*GET \/in/)
  expect(await send(...through(`localhost:${other.port}`, inner('/in')))).toMatch(/^HTTP\/1\.1 403 /)
  expect(other.connections()).toBe(0)
  expect(bench.audit[1]).toMatchObject({
    status: 'done',
    detail: expect.stringMatching(/^sent \d+ bytes, received \d+$/),
  })
})

test('SOCKS reaches the host that is allowed by its name, and the rule set refuses the others', async () => {
  const allowed = await serve()
  const other = await serve()
  const { send } = await open([`* localhost:${allowed.port}`])
  const socks = (port: number) => [
    Buffer.from([5, 1, 0]),
    Buffer.from([5, 1, 0, 3, 9, ...Buffer.from('localhost'), port >> 8, port & 0xff]),
  ]
  expect(await send(...socks(allowed.port), inner('/socks'))).toMatch(/GET \/socks$/)
  const refused = Buffer.from(await send(...socks(other.port), inner('/socks')), 'latin1')
  expect([...refused]).toEqual([5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0])
  const bind = Buffer.from([5, 2, 0, 1, 127, 0, 0, 1, 0, 80])
  expect([...Buffer.from(await send(Buffer.from([5, 1, 0]), bind), 'latin1')].slice(2, 4)).toEqual([5, 7])
  expect([...Buffer.from(await send(Buffer.from([5, 1, 2])), 'latin1').subarray(0, 2)]).toHaveLength(2)
  expect(other.connections()).toBe(0)
})

test.each([
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '[::ffff:127.0.0.1]',
  '0.0.0.0',
  '[::]',
])('where all of the internet is allowed, %s is not reached', async (host) => {
  const { port, connections } = await serve()
  const { send } = await open(['* *'])
  expect(await send(get(`http://${host}:${port}/`))).toMatch(/^HTTP\/1\.1 403 [\s\S]*no address of the public internet/)
  expect(await send(...through(`${host}:${port}`, inner('/')))).toMatch(/^HTTP\/1\.1 403 /)
  expect(connections()).toBe(0)
})

test.each([
  ['127.0.0.1', 4],
  ['10.1.2.3', 4],
  ['169.254.169.254', 4],
  ['::1', 6],
  ['::ffff:127.0.0.1', 6],
  ['fd00::1', 6],
] as const)(
  'a name that leads to %s is refused, though it is allowed by name, until that address is too',
  async (address, family) => {
    const { port, connections } = await serve()
    const asked: string[] = []
    const resolve = async (host: string) => {
      asked.push(host)
      return [{ address, family }]
    }
    const { send } = await open([`* rebind.test:${port}`, '* *.test'], { resolve })
    const refused = new RegExp(`^HTTP/1\\.1 403 [\\s\\S]*rebind\\.test leads to ${address}`)
    expect(await send(get(`http://rebind.test:${port}/`))).toMatch(refused)
    expect(await send(...through(`rebind.test:${port}`, inner('/')))).toMatch(refused)
    expect(await send(get(`http://other.example:${port}/`))).toMatch(/^HTTP\/1\.1 403 /)
    expect(connections()).toBe(0)
    // What is refused by its name is not even looked up.
    expect(asked).toEqual(['rebind.test', 'rebind.test'])
  },
)

test('a name whose address is allowed as well is looked up once, and connected to there', async () => {
  const { port } = await serve()
  const addresses = [{ address: '127.0.0.1', family: 4 }]
  const resolve = async () => [addresses.shift() ?? { address: '127.0.0.2', family: 4 }]
  const { send } = await open([`* meant.test:${port}`, `* 127.0.0.1:${port}`], { resolve })
  expect(await send(get(`http://meant.test:${port}/x`))).toMatch(/GET \/x$/)
  expect(addresses).toEqual([])
})

test('an IPv6 address is reached where it is named', async () => {
  const { port } = await serve(undefined, '::1')
  const { send } = await open([`* [::1]:${port}`])
  expect(await send(get(`http://[::1]:${port}/six`))).toMatch(/GET \/six$/)
  expect(await send(...through(`[::1]:${port}`, inner('/six')))).toMatch(/GET \/six$/)
})

test('what counts is the target, and not a Host header or a user that looks like a host', async () => {
  const allowed = await serve()
  const other = await serve()
  const { send } = await open([`* localhost:${allowed.port}`])
  const lie = `host: localhost:${allowed.port}`
  expect(await send(`GET http://127.0.0.1:${other.port}/ HTTP/1.1\r\n${lie}\r\nconnection: close\r\n\r\n`)).toMatch(
    / 403 /,
  )
  expect(await send(get(`http://localhost:${allowed.port}@127.0.0.1:${other.port}/`))).toMatch(/ 400 /)
  expect(await send(get(`http://127.0.0.1:${other.port}@localhost:${allowed.port}/`))).toMatch(/ 400 /)
  expect(await send(get(`http://localhost:${allowed.port}\\@127.0.0.1:${other.port}/`))).toMatch(/ [24]0\d /)
  expect(await send(...through(`localhost:${allowed.port}@127.0.0.1:${other.port}`, inner('/')))).toMatch(/ 400 /)
  expect(await send(`GET / HTTP/1.1\r\n${lie}\r\nconnection: close\r\n\r\n`)).toMatch(/ 400 [\s\S]*this is a proxy/)
  expect(other.connections()).toBe(0)
  await send(`GET http://localhost:${allowed.port}/h HTTP/1.1\r\nhost: evil.test\r\nconnection: close\r\n\r\n`)
  expect(allowed.requests.at(-1)).toBe(`GET /h localhost:${allowed.port}`)
})

test('each request on a connection is decided about on its own', async () => {
  const allowed = await serve()
  const other = await serve()
  const { send } = await open([`* localhost:${allowed.port}`])
  const first = `GET http://localhost:${allowed.port}/1 HTTP/1.1\r\nhost: x\r\n\r\n`
  const answer = await send(first, get(`http://localhost:${other.port}/2`))
  expect(answer).toMatch(/200 OK[\s\S]*GET \/1[\s\S]*403 Forbidden/)
  expect(other.connections()).toBe(0)
})

test('a second request that hides in a body is no request', async () => {
  const allowed = await serve()
  const other = await serve()
  const { send } = await open([`* localhost:${allowed.port}`])
  const hidden = `GET http://localhost:${other.port}/ HTTP/1.1\r\nhost: x\r\n\r\n`
  const head = `POST http://localhost:${allowed.port}/p HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`
  const chunked = `transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${hidden}`
  expect(await send(`${head}${chunked}`)).toMatch(/ 400 /)
  expect(await send(`${head}content-length: 5\r\ncontent-length: 50\r\n\r\n12345${hidden}`)).toMatch(/ 400 /)
  expect(await send(`${head}content-length: ${hidden.length}\r\n\r\n${hidden}`)).toMatch(/POST \/p$/)
  expect(await send(`${head}\r\n`)).toMatch(/POST \/p$/)
  expect(allowed.requests).toEqual([`POST /p localhost:${allowed.port}`, `POST /p localhost:${allowed.port}`])
  expect(other.connections()).toBe(0)
})

test('a redirect is the command’s to follow, and the next request is decided about anew', async () => {
  const other = await serve()
  const moved = await serve((_, response) =>
    response.writeHead(302, { location: `http://localhost:${other.port}/` }).end(),
  )
  const { send } = await open([`* localhost:${moved.port}`])
  expect(await send(get(`http://localhost:${moved.port}/`))).toMatch(/^HTTP\/1\.1 302 /)
  expect(other.connections()).toBe(0)
})

test('where one may only read, other methods are refused, and so is a tunnel in which they could be seen', async () => {
  const { port, requests } = await serve()
  const host = `localhost:${port}`
  const { send, network } = await open([`GET ${host}`, `HEAD ${host}`, `CONNECT ${host}`])
  expect(await send(get(`http://${host}/r`))).toMatch(/GET \/r$/)
  expect(await send(`POST http://${host}/w HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(/ 403 /)
  network.takeDenials()
  const plain = await send(...through(host, `POST /w HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`))
  expect(plain).toBe('HTTP/1.1 200 Connection established\r\n\r\n')
  expect(network.takeDenials()).toMatchObject([{ layer: 'relay', action: { method: 'CONNECT', host: 'localhost' } }])
  // What begins as TLS does is carried: here a web server answers that it is none.
  expect(await send(...through(host, '\x16\x03\x01\r\n\r\n'))).toMatch(/established\r\n\r\nHTTP\/1\.1 400 /)
  expect(requests).toEqual([`GET /r ${host}`])
})

test('credentials go to the host that they are for, and into no record', async () => {
  let seen: Record<string, unknown> = {}
  const { port } = await serve((request, response) => {
    seen = request.headers
    response.end()
  })
  const { send, bench } = await open([`* localhost:${port}`])
  const headers = [
    'authorization: Bearer s3cret-a',
    'proxy-authorization: Basic s3cret-b',
    'connection: x-hop',
    'x-hop: 1',
  ]
  await send(
    `GET http://localhost:${port}/?token=s3cret-c HTTP/1.1\r\nhost: x\r\n${headers.join('\r\n')}\r\n\r\n`,
    get('ftp://ends.the.connection/'),
  )
  expect(seen).toMatchObject({ authorization: 'Bearer s3cret-a', connection: 'close' })
  expect(seen).not.toHaveProperty('proxy-authorization')
  expect(seen).not.toHaveProperty('x-hop')
  expect(JSON.stringify(bench.audit)).not.toContain('s3cret')
})

test('a body goes as it is, in both directions', async () => {
  const size = 3_000_000
  const { port } = await serve((request, response) => void request.pipe(response))
  const { send } = await open([`* localhost:${port}`])
  const head = `POST http://localhost:${port}/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${size}\r\n\r\n`
  const answer = await send(head, 'y'.repeat(size))
  expect(answer.match(/y/g)?.length).toBe(size)
})

test.each([
  ['a tunnel', (port: number) => [`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`]],
  [
    'SOCKS',
    (port: number) => [
      Buffer.from([5, 1, 0]),
      Buffer.from([5, 1, 0, 3, 9, ...Buffer.from('localhost'), port >> 8, port & 0xff]),
    ],
  ],
])('through %s who has sent all still gets the whole answer', async (_, greeting) => {
  const size = 3_000_000
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.resume().on('end', () => socket.end('z'.repeat(size)))
  })
  const port = await listen(server)
  closing.push(() => server.close())
  const { relayPort } = await open([`* localhost:${port}`])
  const client = connect({ port: relayPort, host: '127.0.0.1', allowHalfOpen: true })
  for (const part of greeting(port)) client.write(part)
  client.end('all of it')
  expect((await text(client)).match(/z/g)?.length).toBe(size)
})

test('what is open when the network ends has its end in the log', async () => {
  const { port, connected } = await serve(() => undefined)
  const { send, network, bench } = await open([`* localhost:${port}`])
  const tunnel = send(...through(`localhost:${port}`, inner('/')))
  await connected
  await network.close()
  await tunnel
  expect(bench.audit).toMatchObject([{ type: 'decision' }, { type: 'outcome', status: expect.stringMatching(/./) }])
})

test('nobody there is a bad gateway, and the end of the network ends what is open', async () => {
  const gone = await countingServer()
  gone.close()
  const { port } = await serve(() => undefined)
  const { send, network } = await open([`* localhost:${gone.port}`, `* localhost:${port}`])
  expect(await send(get(`http://localhost:${gone.port}/`))).toMatch(/ 502 [\s\S]*ECONNREFUSED/)
  const waiting = send(get(`http://localhost:${port}/`))
  const tunnel = send(...through(`localhost:${port}`, inner('/')))
  await network.close()
  expect(await waiting).toBe('')
  expect(await tunnel).not.toContain('GET /')
  expect(await send(get(`http://localhost:${port}/`))).toBe('')
})
