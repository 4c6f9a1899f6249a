import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'
import type { CodexEvent } from '../support/run-codex.ts'
import { sentBody } from '../support/scripted-session.ts'

const done = [{ text: 'Done.' }]
const audit = 'do a payment audit of the cardholder data'

function activations(events: readonly CodexEvent[]): readonly unknown[] {
  return events.flatMap((event) => {
    const item = event.item as { readonly type?: string } | undefined // an item event has one
    return item?.type === 'activation' ? [item] : []
  })
}

test('a prompt activates the agent that fits, and says so with score and reasons', async () => {
  const session = await fixtureSession('agents', done)
  const { exitCode, stdout, stderr } = await session.run(['perform a security review of the auth module'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  expect(stderr).toMatch(/agent security-analyst \(score 0\.\d\d: asks about security: .*security/)
})

test('an agent of the home activates over its own threshold', async () => {
  const session = await fixtureSession('agents', done)
  const { events } = await session.run([audit, '--json'])
  expect(activations(events)).toMatchObject([
    {
      agent: 'security-reviewer',
      score: 0.78,
      reasons: ['keyword "payment audit"', 'keyword "cardholder"'],
      suggestions: [],
    },
  ])
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain("You are the fixture's security reviewer.")
})

test('below the threshold agents are suggested and the default one runs', async () => {
  const session = await fixtureSession('agents', done)
  const { exitCode, events } = await session.run(['rename the cardholder column to owner', '--json'])
  expect(exitCode).toBe(0)
  expect(activations(events)).toMatchObject([
    { agent: 'default', suggestions: [{ agent: 'security-reviewer', score: 0.45 }] },
  ])
  expect(JSON.stringify(sentBody(session.server, 0).input)).not.toContain("fixture's security reviewer")
})

test.each([
  {
    what: 'the threshold of the configuration',
    config: ['-c', 'agents.activation_threshold=0.3'],
    agent: 'no-threshold',
  },
  { what: 'the default threshold', config: [], agent: 'default' },
])('an agent without a threshold of its own goes by $what', async ({ config, agent }) => {
  const session = await fixtureSession('agents', done)
  await session.home.write({
    'agents/no-threshold.toml':
      '[agent]\nid = "no-threshold"\nname = "N"\ndescription = "d"\n[activation]\nkeywords = ["zebra"]\n[prompt]\nsystem = "s"\n',
  })
  const { events } = await session.run([...config, 'where is the zebra', '--json'])
  expect(activations(events)).toMatchObject([{ agent }])
})

test.each([{ option: 'agents.suggestions.suggestion_count=0' }, { option: 'agents.suggestions.auto_suggest=false' }])(
  'no suggestions with $option',
  async ({ option }) => {
    const session = await fixtureSession('agents', done)
    const { events } = await session.run(['-c', option, 'rename the cardholder column to owner', '--json'])
    expect(activations(events)).toEqual([])
  },
)

test.each([
  { how: 'CODEX_DISABLE_AGENTS=1', env: { CODEX_DISABLE_AGENTS: '1' }, config: [] },
  { how: 'agents.enabled = false', env: {}, config: ['-c', 'agents.enabled=false'] },
])('$how turns agents off: nothing activates, and a named one is an error', async ({ env, config }) => {
  const session = await fixtureSession('agents', done)
  const { exitCode, events } = await session.run([...config, audit, '--json'], { env })
  expect(exitCode).toBe(0)
  expect(activations(events)).toEqual([])
  expect(JSON.stringify(sentBody(session.server, 0).input)).not.toContain("fixture's security reviewer")

  const named = await session.run([...config, 'agent', 'security-reviewer', 'look'], { env })
  expect(named.exitCode).toBe(1)
  expect(named.stderr).toContain('Agents are turned off')
  expect(session.server.requests).toHaveLength(1)
  expect((await session.run([...config, 'agents', 'list', '--json'], { env })).stdout).toBe('[]\n')
})

test('an agent without an activation table never takes a prompt by itself', async () => {
  const session = await fixtureSession('agents', done)
  const { stdout } = await session.run(['agents', 'route', 'never-by-itself quiet night-watch', '--json'])
  expect(JSON.parse(stdout)).toEqual({ activated: null, candidates: [] })
})

test('agents route scores and runs nothing', async () => {
  const session = await fixtureSession('agents', done)
  const { exitCode, stdout } = await session.run(['agents', 'route', audit, '--json'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    activated: 'security-reviewer',
    candidates: [
      { agent: 'security-reviewer', score: 0.78, reasons: ['keyword "payment audit"', 'keyword "cardholder"'] },
      {
        agent: 'security-analyst',
        reasons: [expect.stringMatching('asks about security'), 'words of security-reviewer are spoken of'],
      },
    ],
  })
  expect(session.server.requests).toEqual([])
})

test('exec never activates an agent by itself', async () => {
  const session = await fixtureSession('agents', done)
  const { exitCode, events } = await session.run(['exec', '--json', audit])
  expect(exitCode).toBe(0)
  expect(activations(events)).toEqual([])
})
