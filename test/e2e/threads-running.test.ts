import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ThreadBranch } from '../../src/plugin-api/index.ts'
import { agentSession, requestsOf, team, toldOf } from '../support/agent-script.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { agentFile, runOf } from '../support/run-of.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'
import { teamScript, teamWorkflow } from '../support/team-script.ts'

const done: ModelTurn = { text: 'Done.' }
const never: ModelTurn = { failure: { kind: 'silent' } }
const spawn = (to: string) => team('spawn', { to, say: `be ${to}` })

const treeOf = async ({ run }: ScriptedSession): Promise<readonly ThreadBranch[]> =>
  JSON.parse((await run(['threads', 'tree', '--json'])).stdout)

test('another process sees the agents of a run, and stops one with all below it', async () => {
  const session = await agentSession({
    lead: [spawn('middle'), team('wait', { to: 'middle' }), done],
    middle: [spawn('low'), team('wait', { to: 'low' })],
    low: [never],
  })
  const running = await session.start(['exec', '@lead go'])
  await session.server.received(5) // lead twice, middle twice, low
  const [root] = await treeOf(session)
  const [middle] = root?.children ?? []
  const [low] = middle?.children ?? []
  expect([root, middle, low].map((each) => [each?.running, each?.thread.agent])).toEqual([
    ...[
      [true, 'lead'],
      [true, 'middle'],
    ],
    [true, 'low'],
  ])
  const text = (await session.run(['threads', 'tree'])).stdout
  expect(text.split('\n').filter((line) => line.includes('running'))).toHaveLength(3)
  expect((await session.run(['threads', 'stop', middle?.thread.id ?? ''])).exitCode).toBe(0)
  expect(await running.done).toMatchObject({ exitCode: 0, stdout: 'Done.\n' })
  expect(JSON.parse(toldOf(requestsOf(session.server, 'lead').at(-1)))).toMatchObject({
    nodes: [{ path: '/root/middle', status: { state: 'interrupted' } }],
  })
  const { mode } = await stat(join(session.home.codexHome, 'thread-stops'))
  expect(mode & 0o777).toBe(0o700)
  expect(JSON.stringify(await treeOf(session))).not.toContain('"running":true')
})

test('a thread that a person began is stopped as by Ctrl-C; one that does not run is not', async () => {
  const session = await agentSession({ lead: [never] })
  const running = await session.start(['exec', '@lead go'])
  await session.server.received(1)
  const [root] = await treeOf(session)
  expect((await session.run(['threads', 'stop', root?.thread.id ?? ''])).exitCode).toBe(0)
  expect((await running.done).exitCode).toBe(130)
  const again = await session.run(['threads', 'stop', root?.thread.id ?? ''])
  expect(again.exitCode).toBe(1)
  expect(again.stderr).toContain('nothing to stop')
})

test('one task of a run is stopped, the others go on; a resumed run goes on with it in its thread', async () => {
  const session = await scriptedSession(teamScript({ a: [never, done], b: [done] }), {
    home: {
      'agents/one.toml': agentFile('one'),
      'workflows/two.toml': teamWorkflow('two', 'strategy = "parallel"', { a: 'retries = 2', b: '' }),
    },
  })
  const running = await session.start(['workflows', 'run', 'two', '--json'])
  await session.server.received(2)
  const task = (await treeOf(session)).find(({ running: runs, thread }) => runs && thread.title.includes('Prompt of a'))
  expect((await session.run(['threads', 'stop', task?.thread.id ?? ''])).exitCode).toBe(0)
  const stopped = await running.done
  expect([stopped.exitCode, runOf(stopped).states]).toEqual([1, { a: 'cancelled: it was told to stop', b: 'done' }])
  const resumed = await session.run(['workflows', 'run', '--resume', 'last', '--json'])
  expect([resumed.exitCode, runOf(resumed).states]).toEqual([0, { a: 'done', b: 'done' }])
  expect(session.server.requests).toHaveLength(3)
})
