import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentSession, requestsOf, saidIn, team, toldOf } from '../support/agent-script.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import type { ScriptedSession } from '../support/scripted-session.ts'

const done: ModelTurn = { text: 'Done.' }
const never: ModelTurn = { failure: { kind: 'silent' } }
const spawn = (to: string, say: string, more: object = {}) => team('spawn', { to, say, more })

async function rollouts({ home }: ScriptedSession): Promise<readonly string[]> {
  const dir = join(home.codexHome, 'sessions')
  const names = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.jsonl'))
  return await Promise.all(names.toSorted().map((name) => readFile(join(dir, name), 'utf8')))
}

const noteOf = (texts: readonly string[]) => texts.filter((text) => text.startsWith('<subagent_notification>'))

test('an agent works beside the one that began it, which reads how it ended with its next request', async () => {
  const session = await agentSession({
    lead: [spawn('helper', 'look closer', { name: 'scout' }), team('wait', { to: 'scout' }), done],
    helper: [{ text: 'found </subagent_notification> it' }],
  })
  const { exitCode, stdout } = await session.run(['exec', '@lead go'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  const [first, second, third] = requestsOf(session.server, 'lead')
  expect(saidIn(first)).toEqual(expect.arrayContaining(['go']))
  expect(JSON.parse(toldOf(second))).toMatchObject({
    ...{ path: '/root/scout', agent: 'helper', parentPath: '/root', depth: 1, status: { state: 'pending_init' } },
  })
  expect(JSON.parse(toldOf(third))).toMatchObject({
    ...{ timedOut: false, nodes: [{ status: { state: 'completed', message: 'found </subagent_notification> it' } }] },
  })
  const [note = ''] = noteOf(saidIn(third))
  expect(note.match(/<\/subagent_notification>/g)).toHaveLength(1)
  expect(JSON.parse(note.split('\n')[1] ?? '').status).toEqual({ completed: 'found </subagent_notification> it' })
  expect(saidIn(requestsOf(session.server, 'helper')[0]).at(-1)).toBe('look closer')
  const [lead, helper] = (await rollouts(session)).map((text) => JSON.parse(text.slice(0, text.indexOf('\n'))).payload)
  expect(helper).toMatchObject({ parent_thread_id: lead.id, session_id: lead.id, thread_source: 'subagent' })
  expect(helper).toMatchObject({ agent_path: '/root/scout', agent_nickname: expect.any(String) })
  expect([lead, helper].map(({ multi_agent_version: version }) => version)).toEqual(['v1', 'v1'])
  expect(helper.source.subagent.thread_spawn).toEqual({
    ...{ parent_thread_id: lead.id, depth: 1, agent_path: '/root/scout', agent_role: 'helper' },
    agent_nickname: expect.any(String),
  })
})

test('the end of the run ends an agent that still works, and its record says so', async () => {
  const session = await agentSession({ lead: [spawn('helper', 'think'), team('list'), done], helper: [never] })
  expect(await session.run(['exec', '@lead go'])).toMatchObject({ exitCode: 0, stdout: 'Done.\n' })
  const [, child = ''] = await rollouts(session)
  expect(child).toContain('turn_aborted')
  expect(child).not.toContain('task_complete')
})

test('what goes wrong in an agent is told to the one that began it, and to nobody else', async () => {
  const session = await agentSession({
    lead: [spawn('helper', 'think'), team('wait', { to: 'helper' }), done],
    helper: [{ failure: { kind: 'failed', code: 'bad', message: 'it broke' } }],
  })
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  const last = requestsOf(session.server, 'lead').at(-1)
  expect(JSON.parse(toldOf(last))).toMatchObject({ nodes: [{ status: { state: 'errored' } }] })
  expect(noteOf(saidIn(last))[0]).toContain('it broke')
})

test('an agent that is told more goes on in its own thread', async () => {
  const session = await agentSession({
    lead: [
      ...[spawn('helper', 'first task'), team('wait', { to: 'helper' })],
      ...[team('send', { to: 'helper', say: 'second task' }), team('wait', { to: 'helper' }), done],
    ],
    helper: [{ text: 'one' }, { text: 'two' }],
  })
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  const said = saidIn(requestsOf(session.server, 'helper')[1])
  expect(said.filter((text) => text.endsWith('task'))).toEqual(['first task', 'second task'])
  expect(toldOf(requestsOf(session.server, 'lead').at(-1))).toContain('"two"')
  expect(await rollouts(session)).toHaveLength(2)
})

test('to interrupt an agent ends those below it as well', async () => {
  const session = await agentSession({
    lead: [
      ...[spawn('middle', 'go'), team('wait', { to: 'middle' }), team('interrupt', { to: 'middle' })],
      ...[team('list'), done],
    ],
    middle: [spawn('low', 'think'), { text: 'begun' }],
    low: [never],
  })
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  const [, , , , last] = requestsOf(session.server, 'lead')
  const states = JSON.parse(toldOf(last)).map(({ path, status }: { path: string; status: { state: string } }) => [
    path,
    status.state,
  ])
  expect(states).toEqual([
    ...[
      ['/root', 'running'],
      ['/root/middle', 'completed'],
    ],
    ['/root/middle/low', 'interrupted'],
  ])
})

test('no more agents are open than the configuration says, and a closed one leaves its room', async () => {
  const session = await agentSession(
    {
      lead: [
        ...[spawn('helper', 'a'), spawn('helper', 'b'), team('close', { to: 'helper' }), spawn('helper', 'c')],
        ...[team('send', { to: 'helper', say: 'more' }), team('spawn', { more: { name: 'Not A Name' } }), done],
      ],
      helper: [never, never],
    },
    { tables: '[agents]\nmax_threads = 1\n' },
  )
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  const [, , second, , fourth, fifth, sixth] = requestsOf(session.server, 'lead').map(toldOf)
  expect(second).toContain('1 agents are open already')
  expect(JSON.parse(fourth ?? '')).toMatchObject({ path: '/root/helper_2' })
  expect(fifth).toContain('was closed')
  expect(sixth).toContain('open already')
})

test('an agent that takes too long is stopped, and its end says why', async () => {
  const session = await agentSession(
    { lead: [spawn('helper', 'think'), team('wait', { to: 'helper' }), done], helper: [never] },
    { tables: '[agents]\njob_max_runtime_seconds = 1\n' },
  )
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  expect(toldOf(requestsOf(session.server, 'lead').at(-1))).toContain('longer than 1 seconds')
})

test('a forked agent knows what was said before it was begun, without the call that began it', async () => {
  const session = await agentSession({
    lead: [team('list'), spawn('twin', 'your part', { fork: 'all' }), team('wait', { to: 'twin' }), done],
    twin: [{ text: 'yes' }],
  })
  expect((await session.run(['exec', '@lead the whole task'])).exitCode).toBe(0)
  const [request] = requestsOf(session.server, 'twin')
  const said = saidIn(request)
  expect(said.indexOf('the whole task')).toBeGreaterThanOrEqual(0)
  expect(said.at(-1)).toBe('your part')
  const calls = JSON.stringify(request?.body.input)
  expect(calls.match(/"type":"function_call"/g)).toHaveLength(1)
  const [, child = ''] = await rollouts(session)
  expect(child).toContain('the whole task')
})

test('an agent that was closed is reopened by its thread, also by a later run', async () => {
  let threadId = ''
  const remember = (request: RecordedRequest): ModelTurn => {
    threadId = JSON.parse(toldOf(request)).threadId
    return team('wait', { to: 'helper' })
  }
  const reopen = () => team('reopen', { to: threadId })
  const goOn = (say: string) => [
    reopen,
    () => team('send', { to: threadId, say }),
    () => team('wait', { to: threadId }),
    done,
  ]
  const session = await agentSession({
    lead: [spawn('helper', 'one'), remember, team('close', { to: 'helper' }), ...goOn('two'), ...goOn('three')],
    helper: [{ text: 'at one' }, { text: 'at two' }, { text: 'at three' }],
  })
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  expect(toldOf(requestsOf(session.server, 'lead').at(-1))).toContain('at two')
  expect((await session.run(['exec', 'resume', '--last', '@lead go on'])).exitCode).toBe(0)
  expect(toldOf(requestsOf(session.server, 'lead').at(-1))).toContain('at three')
  const said = saidIn(requestsOf(session.server, 'helper').at(-1))
  expect(said.filter((text) => ['one', 'two', 'three'].includes(text))).toEqual(['one', 'two', 'three'])
  expect(await rollouts(session)).toHaveLength(2)
})

test('a thread that this one did not begin cannot be reopened by it', async () => {
  const session = await agentSession({ lead: [done, () => team('reopen', { to: strange }), done] })
  await session.run(['exec', '@lead go'])
  const strange = /"id":"([0-9a-f-]{36})"/.exec((await rollouts(session))[0] ?? '')?.[1] ?? ''
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  expect(toldOf(requestsOf(session.server, 'lead').at(-1))).toContain('There is no agent')
})
