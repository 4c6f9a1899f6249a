import { afterAll, beforeEach, expect, test } from 'vitest'
import { openGateBench } from '../../../test/support/gate-bench.ts'
import type { ApprovalAnswer, ApprovalRequest } from '../../plugin-api/index.ts'
import { noAudit } from '../audit/no-audit.ts'
import type { HeldAction } from './judge-held.ts'

const bench = await openGateBench()
const { gateOf } = bench
const signal = new AbortController().signal
beforeEach(bench.reset)
afterAll(bench.close)

const tunnel = (host: string, port = 443): HeldAction => ({
  kind: 'network',
  method: 'CONNECT',
  host,
  port,
  protocol: 'https',
})

/** A gate whose questions wait until all of them are answered. */
async function openAsked(profile = 'workspace-net') {
  const asked: ApprovalRequest[] = []
  const { promise, resolve } = Promise.withResolvers<ApprovalAnswer>()
  const gate = await gateOf(profile, {
    approve: async (request) => {
      asked.push(request)
      return await promise
    },
  })
  const hold = (action: HeldAction) => gate.authorizeHeld(action, signal, signal)
  return { gate, asked, answer: resolve, hold }
}

test('all that wait for one host share one question, and a yes for once is for them alone', async () => {
  const { asked, answer, hold } = await openAsked()
  const waiting = Array.from({ length: 10 }, () => hold(tunnel('example.com')))
  answer('once')
  const decisions = await Promise.all(waiting)
  expect(asked).toHaveLength(1)
  expect(decisions.map(({ outcome, requestId }) => [outcome, requestId])).toEqual(
    Array(10).fill(['allow', asked[0]?.id]),
  )
  await hold(tunnel('example.com'))
  expect(asked).toHaveLength(2)
})

test('where nobody can be asked, or nothing may be asked for, a connection is refused at once', async () => {
  const nobody = await gateOf('workspace-net', {})
  expect(await nobody.authorizeHeld(tunnel('example.com'), signal, signal)).toMatchObject({
    outcome: 'deny',
    reason: expect.stringContaining('nobody can be asked'),
  })
  const { asked, gate } = await openAsked('workspace-write')
  expect(await gate.authorizeHeld(tunnel('example.com'), signal, signal)).toMatchObject({
    outcome: 'deny',
    layer: 'profile workspace-write',
  })
  const never = await gateOf('workspace-net', { approvalPolicy: 'never', approve: async () => 'once' })
  expect(await never.authorizeHeld(tunnel('example.com'), signal, signal)).toMatchObject({ outcome: 'deny' })
  expect(asked).toEqual([])
})

test('a program that thinks of any number of hosts is asked about twenty times in a turn', async () => {
  const { gate, asked, answer, hold } = await openAsked()
  answer('deny')
  const decisions = []
  for (let index = 0; index < 25; index += 1) decisions.push(await hold(tunnel(`h${index}.example.com`)))
  expect(decisions.map(({ outcome }) => outcome)).toEqual(Array(25).fill('deny'))
  expect(asked).toHaveLength(20)
  expect(decisions[24]?.reason).toContain('20 questions were asked in this turn')
  gate.endTurn()
  await Promise.resolve()
  await hold(tunnel('h24.example.com'))
  expect(asked).toHaveLength(21)
})

test('so many connections are held at once and no more; the others are refused, and do not wait', async () => {
  const { asked, answer, hold } = await openAsked()
  const held = Array.from({ length: 64 }, () => hold(tunnel('example.com')))
  const first = await Promise.race([...held, hold(tunnel('example.org')), hold(tunnel('example.com'))])
  expect(first).toMatchObject({ outcome: 'deny', reason: expect.stringContaining('64 connections wait') })
  answer('turn')
  expect((await Promise.all(held)).every(({ outcome }) => outcome === 'allow')).toBe(true)
  expect(asked).toHaveLength(1)
})

test('a granted permission with * before a host holds for the hosts below it, over every way to them', async () => {
  const { asked, answer, hold, gate } = await openAsked()
  answer('turn')
  const wanted = { kind: 'permission', of: 'network', subject: '*.y.example', purpose: 'to try' } as const
  expect(await gate.authorize(wanted, signal)).toMatchObject({ outcome: 'allow' })
  for (const protocol of ['https', 'socks5_tcp'] as const) {
    expect(await hold({ ...tunnel('a.b.y.example', 8443), protocol })).toMatchObject({ approvedBy: 'grant' })
  }
  expect(asked).toHaveLength(1)
  await hold(tunnel('y.example'))
  await hold(tunnel('ay.example'))
  expect(asked).toHaveLength(3)
})

test('under net-read-only a method that writes is refused without a question', async () => {
  const { asked, answer, hold, gate } = await openAsked('net-read-only')
  answer('session')
  const plain = (method: string) => ({ ...tunnel('example.com', 80), method, protocol: 'http' as const })
  expect(await hold(plain('POST'))).toMatchObject({ outcome: 'deny', layer: 'profile net-read-only' })
  expect(asked).toEqual([])
  expect(await hold(plain('GET'))).toMatchObject({ outcome: 'allow', approvedBy: 'person' })
  expect(asked[0]?.proposals.map(({ form }) => form)).toEqual(['family'])
  expect(await hold(plain('POST'))).toMatchObject({ outcome: 'deny' })
  expect(await gate.mustBeTls({ host: 'example.com', port: 443 })).toBe(true)
})

test('what cannot be recorded is not allowed', async () => {
  const full = { ...noAudit, append: () => Promise.reject(new Error('disk full')) }
  const gate = await gateOf('workspace-net', { audit: full, approve: async () => 'once' })
  expect(await gate.authorizeHeld(tunnel('example.com'), signal, signal)).toMatchObject({
    outcome: 'deny',
    layer: 'audit',
  })
})
