import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { countingServer, openRelayBench } from '../../../test/support/relay-bench.ts'
import type { ApprovalAnswer, ApprovalRequest } from '../../plugin-api/index.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Whoever is asked: keeps each question until it is answered. */
function openPerson() {
  interface Asked {
    readonly request: ApprovalRequest
    readonly signal: AbortSignal
    answer(answer: ApprovalAnswer): void
  }
  const asked: Asked[] = []
  let told = Promise.withResolvers<void>()
  return {
    asked,
    approve(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
      const { promise, resolve } = Promise.withResolvers<ApprovalAnswer>()
      asked.push({ request, signal, answer: resolve })
      told.resolve()
      return promise
    },
    async next(): Promise<Asked> {
      await told.promise
      told = Promise.withResolvers()
      const last = asked.at(-1)
      if (last === undefined) throw new Error('nobody was asked')
      return last
    },
  }
}

/** A server that nothing names, and a relay whose gate asks a person about it. */
async function openHeld(ask: readonly string[] = ['* localhost', '* 127.0.0.1']) {
  const server = await countingServer()
  closing.push(server.close)
  const person = openPerson()
  const bench = await openRelayBench([], { ask, approve: person.approve })
  closing.push(bench.close)
  return { ...bench, server, person }
}

const inner = 'GET /in HTTP/1.1\r\nhost: inner\r\nconnection: close\r\n\r\n'
/** How a command asks for a host, in each of the ways there are. */
const ways = [
  [
    'http',
    'GET',
    (port: number) => [`GET http://localhost:${port}/in HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`],
  ],
  ['https', 'CONNECT', (port: number) => [`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`, inner]],
  [
    'socks5_tcp',
    'CONNECT',
    (port: number) => [
      Buffer.from([5, 1, 0]),
      Buffer.from([5, 1, 0, 3, 9, ...Buffer.from('localhost'), port >> 8, port & 0xff]),
      inner,
    ],
  ],
] as const

test.each(ways)(
  'by %s a host gets nothing before the yes, and what was sent after it',
  async (protocol, method, parts) => {
    const { send, server, person, bench, network } = await openHeld()
    const answer = send(...parts(server.port))
    const { request, answer: say } = await person.next()
    expect(request.action).toEqual({ kind: 'network', method, host: 'localhost', port: server.port, protocol })
    expect(request.decisions).toEqual(['once', 'turn', 'session', 'deny'])
    expect(server.connections()).toBe(0)
    say('once')
    expect(await answer).toMatch(/GET \/in$/)
    expect(person.asked).toHaveLength(1)
    expect(bench.audit[0]).toMatchObject({ outcome: 'allow', approvedBy: 'person', requestId: request.id })
    expect(network.takeDenials()).toEqual([])
  },
)

test.each(ways)('by %s a host gets nothing at all after a no, which holds for the turn', async (_, __, parts) => {
  const { send, server, person, network, bench } = await openHeld()
  const answer = send(...parts(server.port))
  const { request, answer: say } = await person.next()
  say('deny')
  expect(await answer).not.toContain('/in')
  for (const [, , again] of ways) expect(await send(...again(server.port))).not.toContain('/in')
  expect(server.connections()).toBe(0)
  expect(person.asked).toHaveLength(1)
  expect(network.takeDenials()).toMatchObject([{ outcome: 'deny', action: { host: 'localhost', port: server.port } }])
  const decisions = bench.audit.flatMap((record) => (record.type === 'decision' ? record : []))
  expect(decisions.map(({ outcome }) => outcome)).toEqual(Array(4).fill('deny'))
  expect(decisions[0]).toMatchObject({ requestId: request.id, deniedHosts: [`localhost:${server.port}`] })
  expect(decisions[3]?.reason).toContain('it was refused before in this turn')
})

test('connections to one host ask once', async () => {
  const { send, server, person } = await openHeld()
  const answers = Array.from({ length: 5 }, () => send(...ways[1][2](server.port)))
  const { answer: say } = await person.next()
  say('turn')
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/GET \/in$/)
  expect(person.asked).toHaveLength(1)
})

test('what was shown is what is granted: another method of the same host is asked about after it', async () => {
  const { send, server, person } = await openHeld()
  const url = `http://localhost:${server.port}/in`
  const request = (method: string) => `${method} ${url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`
  const get = send(request('GET'))
  const first = await person.next()
  const post = send(request('POST'))
  first.answer('turn')
  expect(await get).toMatch(/GET \/in$/)
  const second = await person.next()
  expect(second.request.action).toMatchObject({ method: 'POST' })
  expect(server.requests).toEqual([`GET /in localhost:${server.port}`])
  second.answer('deny')
  expect(await post).toMatch(/ 403 /)
  // The grant outlives the no to something else.
  expect(await send(request('GET'))).toMatch(/GET \/in$/)
  expect(person.asked).toHaveLength(2)
  expect(server.requests).toHaveLength(2)
})

test('a tunnel shows no method, and the question says so', async () => {
  const { send, server, person } = await openHeld()
  const answers = ways.slice(1).map(([, , parts]) => send(...parts(server.port)))
  const { request, answer } = await person.next()
  expect(request.reason).toMatch(/asks before CONNECT localhost:\d+ .*; it is a tunnel.*no method can be seen/)
  expect(request.proposals.map(({ form, rules }) => [form, rules[0]?.rule])).toEqual([
    ['prefix', `make any request to localhost:${server.port}`],
    [
      'family',
      `network_rule(host="localhost", protocol="${'protocol' in request.action ? request.action.protocol : ''}", decision="allow")`,
    ],
  ])
  answer('deny')
  await Promise.all(answers)
})

test.each([
  ['is interrupted', 'close'],
  ['has ended', 'endTurn'],
] as const)('a question goes when the turn %s, and with it the connection', async (_, how) => {
  const { send, server, person, network, bench } = await openHeld()
  const answer = send(...ways[1][2](server.port))
  const { signal } = await person.next()
  if (how === 'close') await network.close()
  bench.gate.endTurn()
  if (!signal.aborted) await once(signal, 'abort')
  expect(await answer).not.toContain('established')
  expect(server.connections()).toBe(0)
})

test.each(ways)('by %s a command that gives up takes its question with it', async (_, __, parts) => {
  const { relayPort, server, person, bench } = await openHeld()
  const client = connect({ port: relayPort, host: '127.0.0.1' })
  for (const part of parts(server.port).slice(0, 2)) client.write(part === inner ? '' : part)
  const { signal } = await person.next()
  client.destroy()
  if (!signal.aborted) await once(signal, 'abort')
  expect(String(signal.reason)).toContain('nobody waits')
  expect(server.connections()).toBe(0)
  expect(bench.audit).toEqual([])
})

test('a command that comes again while its question is open is not asked about anew', async () => {
  const { relayPort, send, server, person } = await openHeld()
  const [, , tunnel] = ways[1]
  const client = connect({ port: relayPort, host: '127.0.0.1' })
  client.write(tunnel(server.port)[0] ?? '')
  const { answer } = await person.next()
  client.destroy()
  const second = send(...tunnel(server.port))
  answer('turn')
  expect(await second).toMatch(/GET \/in$/)
  expect(person.asked).toHaveLength(1)
})

test('an address of the own network that no rule names is refused, and nobody is asked', async () => {
  const { send, server, person } = await openHeld(['* *'])
  for (const [, , parts] of ways) expect(await send(...parts(server.port))).not.toContain('/in')
  expect(person.asked).toEqual([])
  expect(server.connections()).toBe(0)
})

test('a name that a person allows leads to no address of the own network', async () => {
  const server = await countingServer()
  const person = openPerson()
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const bench = await openRelayBench([], { ask: ['* *'], approve: person.approve, resolve })
  closing.push(server.close, bench.close)
  const answer = bench.send(`CONNECT rebind.test:${server.port} HTTP/1.1\r\n\r\n`, inner)
  const { answer: say } = await person.next()
  say('session')
  expect(await answer).toMatch(/ 403 [\s\S]*rebind\.test leads to 127\.0\.0\.1/)
  expect(person.asked).toHaveLength(1)
  expect(server.connections()).toBe(0)
})
