import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentSession, requestsOf, saidIn, team, toldOf } from '../support/agent-script.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import { processesOf, until } from '../support/processes-of.ts'
import type { ScriptedSession } from '../support/scripted-session.ts'

const done: ModelTurn = { text: 'Done.' }
const never: ModelTurn = { failure: { kind: 'silent' } }
const spawn = (to: string, more: object = {}) => team('spawn', { to, say: `be ${to}`, more })

/** The records of all threads: the agent of each, and how each of its turns ended. */
async function ends({ home }: ScriptedSession): Promise<Readonly<Record<string, readonly string[]>>> {
  const dir = join(home.codexHome, 'sessions')
  const names = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.jsonl'))
  const records = await Promise.all(
    names.toSorted().map(async (name) => {
      const text = await readFile(join(dir, name), 'utf8')
      expect(text.endsWith('\n')).toBe(true)
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      const types = lines.flatMap(({ type, payload }) => (type === 'event_msg' ? [String(payload.type)] : []))
      const turns = types.filter((type) => ['task_started', 'task_complete', 'turn_aborted'].includes(type))
      return [String(lines[0].payload.agent), turns] as const
    }),
  )
  return Object.fromEntries(records)
}

const notes = (request: RecordedRequest | undefined) =>
  saidIn(request).flatMap((text) =>
    text.startsWith('<subagent_notification>') ? [JSON.parse(text.split('\n')[1] ?? '').status] : [],
  )
/** What a call that waits or lists gave, by the name of the agent. */
const statesIn = (request: RecordedRequest | undefined): Readonly<Record<string, string>> => {
  const told = JSON.parse(toldOf(request))
  const nodes: readonly { readonly path: string; readonly status: { readonly state: string } }[] = told.nodes ?? told
  return Object.fromEntries(nodes.map(({ path, status }) => [path.replace('/root/', ''), status.state]))
}
const last = (session: ScriptedSession, agent = 'lead') => requestsOf(session.server, agent).at(-1)

test.each(['interrupt', 'close'])(
  '%s: an agent that still waits for room never begins, and nobody waits for it',
  async (how) => {
    const session = await agentSession(
      {
        lead: [spawn('busy'), spawn('second'), team(how, { to: 'second' }), team('wait', { to: 'second' }), done],
        busy: [never],
        second: [],
      },
      { tables: '[agents]\nmax_parallel_agents = 1\n' },
    )
    expect(await session.run(['exec', '@lead go'])).toMatchObject({ exitCode: 0, stdout: 'Done.\n' })
    const [, , , , waited] = requestsOf(session.server, 'lead')
    expect(JSON.parse(toldOf(waited)).timedOut).toBe(false)
    expect(statesIn(waited)).toEqual({ second: how === 'close' ? 'shutdown' : 'interrupted' })
    expect(requestsOf(session.server, 'second')).toEqual([])
    expect(notes(waited)).toEqual(how === 'close' ? [] : ['interrupted'])
    expect(Object.keys(await ends(session)).toSorted()).toEqual(['busy', 'lead'])
  },
)

test.each(['interrupt', 'close'])(
  '%s: the command of an agent that works ends with it, and its record says how',
  async (how) => {
    const seconds = how === 'close' ? '98761' : '98762'
    const session = await agentSession({
      lead: [
        spawn('worker'),
        { calls: [{ shell: 'until [ -e begun ]; do sleep 0.02; done' }] },
        team(how, { to: 'worker' }),
        team('wait', { to: 'worker' }),
        team('list'),
        done,
      ],
      worker: [{ calls: [{ shell: `touch begun; sleep ${seconds}` }] }],
    })
    const running = await session.start(['exec', '-s', 'workspace-write', '@lead go'])
    expect(await running.done).toMatchObject({ exitCode: 0, stdout: 'Done.\n' })
    expect(statesIn(last(session)).worker).toBe(how === 'close' ? 'shutdown' : 'interrupted')
    await until(() => processesOf(`sleep ${seconds}`).length === 0)
    expect((await ends(session)).worker).toEqual(['task_started', 'turn_aborted'])
  },
)

test('what has ended stays as it ended: interrupted again, closed, told more, and opened again', async () => {
  const id = (request: RecordedRequest) =>
    /"threadId":"([0-9a-f-]{36})"/.exec(JSON.stringify(request.body.input).replaceAll('\\', ''))?.[1]
  const session = await agentSession({
    lead: [
      ...[
        spawn('good'),
        team('wait', { to: 'good' }),
        team('interrupt', { to: 'good' }),
        team('close', { to: 'good' }),
      ],
      ...[team('close', { to: 'good' }), team('interrupt', { to: 'good' }), team('send', { to: 'good', say: 'more' })],
      ...[(request: RecordedRequest) => team('reopen', { to: id(request) }), team('wait', { to: 'good' }), done],
    ],
    good: [{ text: 'fine' }],
  })
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  const told = requestsOf(session.server, 'lead').map(toldOf)
  expect(told.slice(3, 7).map((text) => JSON.parse(text).state)).toEqual([
    'completed',
    'completed',
    'shutdown',
    'shutdown',
  ])
  expect(told[7]).toContain('was closed')
  expect(JSON.parse(told[8] ?? '')).toMatchObject({
    path: '/root/good',
    status: { state: 'completed', message: 'fine' },
  })
  expect(JSON.parse(told[9] ?? '')).toMatchObject({ timedOut: false, nodes: [{ status: { state: 'completed' } }] })
  expect((await ends(session)).good).toEqual(['task_started', 'task_complete'])
})

const broken = { failure: { kind: 'failed', code: 'bad', message: 'it broke' } } as const

/** An agent that cannot begin: a server that it has to have does not start. */
const serverless = `[agent]
id = "weak"
name = "weak"
description = "d"
mcp_servers = ["gone"]
[prompt]
system = "I am weak."
`

test.each([
  ['before its first request', serverless, [], 'gone'],
  ['in its first request', undefined, [broken], 'it broke'],
  ['after a call', undefined, [{ calls: [{ name: 'list_dir', arguments: { path: '.' } }] }, broken], 'it broke'],
])(
  'an agent that crashes %s is told of to the one that began it, which can give it another task',
  async (_name, file, turns, why) => {
    const session = await agentSession(
      {
        lead: [
          ...[spawn('weak'), team('wait', { to: 'weak' }), team('send', { to: 'weak', say: 'again' })],
          ...[team('wait', { to: 'weak' }), done],
        ],
        weak: [...turns, { text: 'better now' }],
      },
      {
        tables: '[mcp_servers.gone]\ncommand = "no-such-program"\nrequired = true\n',
        ...(file !== undefined && { home: { 'agents/weak.toml': file } }),
      },
    )
    expect(await session.run(['exec', '@lead go'])).toMatchObject({ exitCode: 0, stdout: 'Done.\n' })
    const requests = requestsOf(session.server, 'lead')
    expect(statesIn(requests[2])).toEqual({ weak: 'errored' })
    expect(JSON.stringify(notes(requests[2])[0])).toContain(why)
    expect(statesIn(requests[4])).toEqual({ weak: file === undefined ? 'completed' : 'errored' })
    expect(notes(requests[4])).toHaveLength(2)
  },
)

test('kill -9 while three agents work: no command is left, the records are whole, and the next run opens them as they were left', async () => {
  const seconds = '98763'
  const helpers = ['one', 'two', 'three']
  const ids = new Map<string, string>()
  const remember = (step: ModelTurn) => (request: RecordedRequest) => {
    const told = toldOf(request)
    if (told.includes('"threadId"')) ids.set(JSON.parse(told).agent, JSON.parse(told).threadId)
    return step
  }
  const lead = [
    ...[spawn('one'), remember(spawn('two')), remember(spawn('three')), remember(team('wait', { to: 'one' }))],
    // The next run.
    ...helpers.map((id) => () => team('reopen', { to: ids.get(id) })),
    ...[team('list'), team('wait', { to: 'two' }), () => team('send', { to: ids.get('two'), say: 'go on' })],
    ...[() => team('wait', { to: ids.get('two') }), done],
  ]
  const session = await agentSession({
    lead,
    ...Object.fromEntries(
      helpers.map((id) => [id, [{ calls: [{ shell: `sleep ${seconds}` }] }, { text: `${id} went on` }]]),
    ),
  })
  const running = await session.start(['exec', '-s', 'workspace-write', '@lead go'])
  await until(() => processesOf(`sleep ${seconds}`).length >= helpers.length && ids.size === helpers.length)
  running.kill('SIGKILL')
  await running.done
  await until(() => processesOf(`sleep ${seconds}`).length === 0)
  const left = await ends(session)
  expect(helpers.map((id) => left[id])).toEqual(Array(3).fill(['task_started']))
  const tree = (await session.run(['threads', 'tree', '--json'])).stdout
  expect(tree).not.toContain('"running":true')
  const second = await session.run(['exec', '-s', 'workspace-write', 'resume', '--last', '@lead go on'])
  expect({ exitCode: second.exitCode, stdout: second.stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  const told = requestsOf(session.server, 'lead').slice(4)
  const listed = JSON.parse(toldOf(told[4])) as readonly {
    readonly threadId: string
    readonly status: { readonly state: string }
  }[]
  expect(
    listed.map(({ threadId, status }) => [
      threadId === ids.get('one') || [...ids.values()].includes(threadId),
      status.state,
    ]),
  ).toEqual([[false, 'running'], ...Array(3).fill([true, 'interrupted'])])
  expect(JSON.parse(toldOf(told.at(-1)))).toMatchObject({
    nodes: [{ status: { state: 'completed', message: 'two went on' } }],
  })
  expect((await ends(session)).two).toEqual(['task_started', 'task_started', 'task_complete'])
})

test('one step of undo covers what all agents of a turn wrote', async () => {
  const patch = (file: string): ModelTurn => ({
    calls: [{ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${file}\n+made\n*** End Patch` }],
  })
  const helpers = ['one', 'two', 'three']
  const session = await agentSession({
    lead: [
      ...helpers.map((id) => spawn(id)),
      ...helpers.map((id) => team('wait', { to: id })),
      patch('lead.txt'),
      done,
    ],
    ...Object.fromEntries(helpers.map((id) => [id, [patch(`${id}.txt`), { text: 'written' }]])),
  })
  expect((await session.run(['exec', '-s', 'workspace-write', '@lead go'])).exitCode).toBe(0)
  const made = async () => (await readdir(session.workspace.path)).filter((name) => name.endsWith('.txt')).toSorted()
  expect(await made()).toEqual(['lead.txt', 'one.txt', 'three.txt', 'two.txt'])
  const undone = await session.run(['undo', '--yes'])
  expect({ exitCode: undone.exitCode, stderr: undone.exitCode === 0 ? '' : undone.stderr }).toEqual({
    exitCode: 0,
    stderr: '',
  })
  expect(await made()).toEqual([])
})

test('the budget of a run stops all of its agents, and the run ends with exit 4', async () => {
  const usage = { input: 900, output: 100 }
  const work = Array.from(
    { length: 20 },
    (): ModelTurn => ({ calls: [{ name: 'list_dir', arguments: { path: '.' } }], usage }),
  )
  const vary = work.map(
    (turn, index): ModelTurn => ({ ...turn, calls: [{ name: 'search', arguments: { pattern: `p${index}` } }] }),
  )
  const helpers = ['one', 'two', 'three']
  const session = await agentSession({
    lead: [
      ...helpers.map((id) => ({ ...spawn(id), usage })),
      ...helpers.map((id) => ({ ...team('wait', { to: id }), usage })),
      { ...done, usage },
    ],
    ...Object.fromEntries(helpers.map((id) => [id, vary])),
  })
  const { exitCode, stdout, stderr } = await session.run(['exec', '--json', '--max-tokens', '12000', '@lead go'])
  expect({ exitCode, stderr: exitCode === 4 ? '' : stderr + stdout }).toEqual({ exitCode: 4, stderr: '' })
  // What was asked when the budget was spent is answered; nobody asks anything more.
  expect(session.server.requests.length).toBeLessThan(12 + 1 + helpers.length)
  const { lead = [], ...others } = await ends(session)
  expect(lead).toEqual(['task_started', 'task_complete'])
  for (const turns of Object.values(others)) expect(turns[1]).toMatch(/^(?:task_complete|turn_aborted)$/)
})

test('an interrupt of the one that began them ends all agents below it, their commands too', async () => {
  const seconds = '98764'
  const helpers = ['one', 'two', 'three']
  const session = await agentSession({
    lead: [...helpers.map((id) => spawn(id)), team('wait', { to: 'one' })],
    ...Object.fromEntries(helpers.map((id) => [id, [{ calls: [{ shell: `sleep ${seconds}` }] }]])),
  })
  const running = await session.start(['exec', '-s', 'workspace-write', '@lead go'])
  await until(() => processesOf(`sleep ${seconds}`).length >= helpers.length)
  await session.server.received(7) // four of the lead, one of each other
  running.kill('SIGINT')
  expect((await running.done).exitCode).toBe(130)
  await until(() => processesOf(`sleep ${seconds}`).length === 0)
  const turns = await ends(session)
  for (const id of ['lead', ...helpers])
    expect({ id, turns: turns[id] }).toEqual({ id, turns: ['task_started', 'turn_aborted'] })
})
