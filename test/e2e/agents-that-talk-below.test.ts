import { expect, test } from 'vitest'
import { agentSession, requestsOf, saidIn, team, toldOf } from '../support/agent-script.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { callOf, saysOutput } from '../support/talking-tasks.ts'

const done: ModelTurn = { text: 'Done.' }
const never: ModelTurn = { failure: { kind: 'silent' } }
const spawn = team('spawn', { to: 'helper', say: 'look', more: { name: 'scout' } })
const wait = team('wait', { to: 'scout' })
const ask = (target: string, question: string) => callOf('query_agent', { target, question, timeout_ms: 60_000 })

const itemsOf = (stdout: string, type: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const { type: event, item } = JSON.parse(line)
      return item?.type === type ? [{ event, ...item }] : []
    })

test('an agent that is done begins a turn by a question, and its last message is the answer', async () => {
  const session = await agentSession({
    lead: [spawn, wait, ask('scout', 'Which file?'), saysOutput],
    helper: [{ text: 'one' }, { text: 'a.js' }],
  })
  const { exitCode, stdout } = await session.run(['exec', '@lead go'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ outcome: 'answered', answer: 'a.js', id: 'm1', recipient: '/root/scout' })
  const [, asked] = requestsOf(session.server, 'helper')
  expect(saidIn(asked).at(-1)).toContain('from="/root" kind="question" id="m1"')
})

test('what an agent below publishes and says is on the stream of the one that a person started', async () => {
  const finding = { rule: 'sql', severity: 'high', message: 'Bad.', file: 'a.js', line: 1 }
  const session = await agentSession({
    lead: [spawn, wait, done],
    helper: [
      callOf('publish_finding', finding),
      callOf('tell_agents', { to: '/root', kind: 'suggestion', text: 'Use parameters.' }),
      { text: 'looked' },
    ],
  })
  await session.workspace.write({ 'a.js': 'query("x" + y)\n' })
  const { exitCode, stdout } = await session.run(['exec', '--json', '@lead go'])
  expect(exitCode).toBe(0)
  expect(itemsOf(stdout, 'finding')).toMatchObject([{ event: 'item.completed', authors: ['helper'] }])
  expect(itemsOf(stdout, 'team_message')).toMatchObject([
    { author: '/root/scout', recipients: ['/root'], kind: 'suggestion', text: 'Use parameters.' },
  ])
  const heard = saidIn(requestsOf(session.server, 'lead').at(-1)).filter((text) => text.startsWith('<team_message'))
  expect(heard.map((text) => /kind="(\w+)"/.exec(text)?.[1])).toEqual(['finding', 'suggestion'])
})

test('to ask the one that waits for the agent closes a circle, which is told at once', async () => {
  const session = await agentSession({
    lead: [spawn, wait, done],
    helper: [ask('/root', 'What now?'), saysOutput],
  })
  expect((await session.run(['exec', '@lead go'])).exitCode).toBe(0)
  const told = toldOf(requestsOf(session.server, 'helper').at(-1))
  expect(JSON.parse(told)).toEqual({
    ...{ outcome: 'circle', recipient: '/root', path: ['/root/scout', '/root', '/root/scout'] },
  })
})

test('all agents of a run share a number of requests, and what is over it ends the turn with a code of its own', async () => {
  const session = await agentSession(
    { lead: [spawn, wait, team('list'), done], helper: [{ text: 'one' }] },
    { tables: '[agents]\nmax_run_requests = 3\n' },
  )
  const { exitCode, stdout, stderr } = await session.run(['exec', '--json', '@lead go'])
  expect(exitCode).toBe(4)
  expect(stdout + stderr).toContain('made 3 model requests, which is their limit')
  expect(session.server.requests).toHaveLength(3)
})

test('when the time of a run is over its agents are stopped, and the turn ends with a code of its own', async () => {
  const session = await agentSession(
    { lead: [spawn, wait, done], helper: [never] },
    { tables: '[agents]\nmax_run_seconds = 2\n' },
  )
  const { exitCode, stdout } = await session.run(['exec', '--json', '@lead go'])
  expect(exitCode).toBe(4)
  expect(stdout).toContain('longer than 2 seconds')
})
