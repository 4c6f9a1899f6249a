import { rmSync, symlinkSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { get, openGateBench, write } from '../../test/support/gate-bench.ts'
import type { ApprovalRequest } from '../plugin-api/index.ts'

const bench = await openGateBench()
const { root, places, ws, run, gateOf } = bench
const signal = new AbortController().signal
beforeEach(bench.reset)
afterAll(bench.close)

test('a destructive command is asked for, and denied where nobody can be asked', async () => {
  const denied = await (await gateOf('trusted', { approvalPolicy: 'never' })).authorize(run('rm -rf build'), signal)
  expect(denied).toMatchObject({
    outcome: 'deny',
    layer: 'exec policy',
    file: path.resolve('profiles/policies/default.toml'),
  })
  expect(denied.line).toBeGreaterThan(1)
  expect(denied.reason).toContain('removes files for good')
  const asked: ApprovalRequest[] = []
  const gate = await gateOf('trusted', {
    approve: async (request) => {
      asked.push(request)
      return 'once'
    },
  })
  expect(await gate.authorize(run('rm -rf build'), signal)).toMatchObject({ outcome: 'allow', approvedBy: 'person' })
  expect(asked).toHaveLength(1)
})

test('an interrupt ends a question, also where whoever asks does not listen; nothing is allowed by it', async () => {
  const stop = new AbortController()
  const reason = new Error('stopped')
  const gate = await gateOf('trusted', {
    approve: () => {
      stop.abort(reason)
      return new Promise(() => undefined)
    },
  })
  await expect(gate.authorize(run('rm -rf build'), stop.signal)).rejects.toBe(reason)
})

test('a grant holds for the same action alone, and a turn’s grant ends with it', async () => {
  let asked = 0
  const gate = await gateOf('workspace-net', {
    approve: async () => {
      asked += 1
      return 'turn'
    },
  })
  await gate.authorize(get('example.com'), signal)
  expect(await gate.authorize(get('example.com'), signal)).toMatchObject({ outcome: 'allow', approvedBy: 'grant' })
  expect(asked).toBe(1)
  await gate.authorize(get('example.org'), signal)
  expect(asked).toBe(2)
  gate.endTurn()
  await gate.authorize(get('example.com'), signal)
  expect(asked).toBe(3)
})

test('an approval does not hold for a path that leads elsewhere by then', async () => {
  const file = path.join(root, 'outside/link')
  symlinkSync(path.join(root, 'outside/a'), file)
  const gate = await gateOf('workspace-write', {
    approve: async () => {
      unlinkSync(file)
      symlinkSync('/etc/passwd', file)
      return 'once'
    },
  })
  expect(await gate.authorize(write(file), signal)).toMatchObject({ outcome: 'deny' })
})

test('a command is asked for with the files outside that it would write, and gets those alone', async () => {
  const asked: ApprovalRequest[] = []
  const gate = await gateOf('workspace-write', {
    approve: async (request) => {
      asked.push(request)
      return 'session'
    },
  })
  // In the home directory: the machine's temp directory, where these tests lie, is open under this profile.
  const outside = (name: string) => path.join(root, 'home/outside', name)
  const lead = (to: string) => {
    rmSync(ws('link'), { force: true })
    symlinkSync(to, ws('link'))
  }
  lead(outside('.'))
  const opens = [{ access: 'write', path: outside('new/f') }]
  const script = `echo hi > ${ws('link')}/new/f > ${ws('src/b')}`
  expect(await gate.authorize(run(script), signal)).toMatchObject({ outcome: 'allow', action: { opens } })
  expect(asked[0]).toMatchObject({ action: { opens } })
  expect(asked[0]?.reason).toContain(`this command may write ${outside('new/f')}`)
  expect(await gate.authorize(run(script), signal)).toMatchObject({ approvedBy: 'grant', action: { opens } })
  // The same words lead elsewhere by now: what was granted does not hold for that.
  lead(path.join(root, 'home/other'))
  expect(await gate.authorize(run(script), signal)).toMatchObject({ approvedBy: 'person' })
  expect(asked).toHaveLength(2)
})

test('what a command asks for besides is decided like the act itself: allowed, asked, or denied with the whole', async () => {
  const asked: ApprovalRequest[] = []
  const gate = await gateOf('workspace-write', {
    approve: async (request) => {
      asked.push(request)
      return 'once'
    },
  })
  const wanting = (access: 'read' | 'write', file: string) =>
    gate.authorize({ ...run('ls'), opens: [{ access, path: file }] }, signal)
  expect(await wanting('write', ws('src'))).toMatchObject({ outcome: 'allow', action: run('ls') })
  expect(asked).toHaveLength(0)
  const outside = path.join(root, 'outside')
  expect(await wanting('write', outside)).toMatchObject({ outcome: 'allow', approvedBy: 'person' })
  for (const file of [ws('.git/hooks'), ws('.env'), path.join(root, 'home/.ssh'), places.codexHome]) {
    expect(await wanting('write', file)).toMatchObject({ outcome: 'deny', layer: 'protected paths' })
  }
  expect(await wanting('read', ws('.env'))).toMatchObject({ outcome: 'deny', layer: 'protected paths' })
  expect(asked).toHaveLength(1)
})

test('a command needs no second question for what was granted for the turn', async () => {
  let asked = 0
  const gate = await gateOf('workspace-write', {
    approve: async () => {
      asked += 1
      return 'turn'
    },
  })
  const outside = path.join(root, 'outside')
  const wanted = { kind: 'permission', of: 'write', subject: outside, purpose: 'to write' } as const
  expect(await gate.authorize(wanted, signal)).toMatchObject({ outcome: 'allow' })
  expect(gate.granted()).toEqual([{ access: 'write', path: outside }])
  expect(await gate.authorize(run(`echo > ${outside}/a`), signal)).toMatchObject({ outcome: 'allow' })
  gate.endTurn()
  expect([asked, gate.granted()]).toEqual([1, []])
})
