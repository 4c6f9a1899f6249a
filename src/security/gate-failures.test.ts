import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { get, openGateBench, read, write } from '../../test/support/gate-bench.ts'
import type { Action } from '../plugin-api/index.ts'
import { noAudit } from './audit/no-audit.ts'
import { assertAllowed, createExecPolicy, type GateDeps } from './index.ts'
import { nothing } from './permissions/intersect.ts'

const bench = await openGateBench()
const { root, places, ws, run, gateOf } = bench
const signal = new AbortController().signal
beforeEach(bench.reset)
afterAll(bench.close)

test('the record is there before the answer, and what cannot be recorded is not allowed', async () => {
  const gate = await gateOf('offline')
  const decision = await gate.authorize(read(ws('src/a.ts')), signal)
  await gate.settle(decision, { status: 'done', detail: '0 bytes' })
  await new Promise(setImmediate)
  const directory = path.join(places.codexHome, 'audit')
  const lines = readdirSync(directory).flatMap((name) =>
    readFileSync(path.join(directory, name), 'utf8').trim().split('\n'),
  )
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'decision', outcome: 'allow', action: { kind: 'read' }, layer: 'profile offline' },
    { type: 'outcome', of: decision.auditId, status: 'done' },
  ])
  const broken = await gateOf('offline', {
    audit: {
      ...noAudit,
      append: async () => {
        throw new Error('disk full')
      },
    },
  })
  expect(await broken.authorize(read(ws('src/a.ts')), signal)).toMatchObject({ outcome: 'deny', layer: 'audit' })
})

test('whatever fails inside is a denial', async () => {
  const fail = (): never => {
    throw new Error('injected')
  }
  const throwing = <T extends object>(): T => new Proxy({}, { get: fail }) as T // a collaborator of which every use throws
  const asks = get('example.com')
  const cases: readonly [Partial<GateDeps>, Action][] = [
    [{ execPolicy: throwing() }, run('make')],
    [{ execPolicy: { ...createExecPolicy([]), rules: throwing() } }, run('make')],
    [{ approve: async () => fail() }, asks],
    [{ approve: fail }, asks],
    [{ approve: async () => 'yes' as 'once' }, asks],
    [{ audit: throwing() }, read(ws('src/a.ts'))],
    [{ audit: { ...noAudit, append: fail } }, read(ws('src/a.ts'))],
    [{ layers: [] }, read(ws('src/a.ts'))],
    [{}, read('relative/path')],
    [{}, read(`${root}/a\0b`)],
    [{}, run('echo \0')],
    [{}, throwing<Action>()],
  ]
  for (const [index, [deps, action]] of cases.entries()) {
    const gate = await gateOf('workspace-net', deps)
    expect([index, (await gate.authorize(action, signal)).outcome]).toEqual([index, 'deny'])
  }
})

test('an abort is the only thing that is thrown', async () => {
  const stop = new AbortController()
  const gate = await gateOf('workspace-net', {
    approve: async () => {
      stop.abort(new Error('stopped'))
      return 'once'
    },
  })
  await expect(gate.authorize(get('example.com'), stop.signal)).rejects.toThrow('stopped')
  await expect(gate.authorize(read(ws('src/a.ts')), stop.signal)).rejects.toThrow('stopped')
})

test('assertAllowed throws with the hint and the decision', async () => {
  const gate = await gateOf('offline')
  const decision = await gate.authorize(write(ws('x')), signal)
  expect(() => assertAllowed(decision)).toThrow(
    expect.objectContaining({ code: 'permission.denied', cause: decision, hint: expect.stringContaining('profile') }),
  )
  assertAllowed(await gate.authorize(read(ws('src/a.ts')), signal))
})

test('without layers nothing is allowed, in whatever way it is asked', async () => {
  const gate = await gateOf('offline', { layers: [] })
  expect(gate.mayRead(ws('src/a.ts'))).toBe(false)
  expect(gate.permissions).toEqual(nothing)
})
