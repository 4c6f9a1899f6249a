import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase, inputOf } from '../support/exec-case.ts'
import { type ModelTurn, type ScriptedFailure, startModelServer } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const busy: ModelTurn = { failure: { kind: 'status', status: 503 } }
const apiError = (code: string) => ({ error: { code, message: 'no' } })

/** A first provider with its script, and a second one that takes over from it. */
async function twoProviders(
  first: readonly ModelTurn[],
  second: readonly ModelTurn[],
  fallback = '["spare/other-model"]',
) {
  const spare = await startModelServer(second)
  onTestFinished(() => spare.close())
  const session = await execCase(first, { config: `fallback = ${fallback}` })
  return { ...session, spare, config: ['-c', `model_providers.spare.base_url="${spare.url}"`, ...noRetries] }
}
const noRetries = ['request', 'stream'].flatMap((each) => ['-c', `model_providers.spare.${each}_max_retries=0`])

test('the next provider goes on where the first gave up: no call runs twice, and sealed reasoning stays with its owner', async () => {
  const { exec, server, spare, config } = await twoProviders(
    [{ reasoning: 'Hmm', calls: [{ shell: 'echo once >> log; cat log' }] }, busy, { text: 'First again.' }],
    [{ reasoning: 'Hm', text: 'Done.' }],
  )
  const result = await exec([...config, '-s', 'workspace-write', 'go'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'Done.' }])
  expect(completedItems(result, 'command_execution')).toMatchObject([{ aggregated_output: 'once\n' }])
  expect(completedItems(result, 'model_switch')).toEqual([
    {
      id: expect.any(String),
      type: 'model_switch',
      from: { provider: 'scripted', model: 'scripted-model' },
      to: { provider: 'spare', model: 'other-model' },
      reason: expect.stringContaining('503'),
    },
  ])
  expect(spare.requests).toHaveLength(1)
  const sent = JSON.stringify(spare.requests[0]?.body)
  expect(sent).toContain('once')
  expect(sent).toContain('"model":"other-model"')
  expect(sent).not.toContain('sealed-1')

  // The next turn begins with the first provider again, which gets its own reasoning and not the other's.
  const second = await exec([...config, 'resume', String(result.events[0]?.thread_id), 'more'])
  expect(completedItems(second, 'agent_message')).toMatchObject([{ text: 'First again.' }])
  const reasoning = inputOf(sentBody(server, 2)).filter(({ type }) => type === 'reasoning')
  expect(reasoning).toMatchObject([{ encrypted_content: 'sealed-1' }])
  expect(JSON.stringify(sentBody(server, 2))).not.toContain('"provider"')
})

test.for<[string, ScriptedFailure]>([
  ['429', { kind: 'status', status: 429 }],
  ['500', { kind: 'status', status: 500 }],
  ['a spent quota', { kind: 'failed', code: 'insufficient_quota', message: 'no' }],
  ['a model that it does not have', { kind: 'status', status: 404, body: apiError('model_not_found') }],
  ['a cut stream', { kind: 'cut', afterEvents: 1 }],
])('%s is a reason to switch', async ([, failure]) => {
  const { exec, config } = await twoProviders([{ failure }], [{ text: 'Done.' }])
  const result = await exec([...config, 'go'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'model_switch')).toHaveLength(1)
})

test.for<[string, ScriptedFailure, string]>([
  ['400', { kind: 'status', status: 400, body: apiError('bad') }, 'provider.request'],
  ['401', { kind: 'status', status: 401, body: apiError('bad') }, 'provider.credential'],
  ['a full context', { kind: 'failed', code: 'context_length_exceeded', message: 'no' }, 'provider.context_length'],
])('%s is none', async ([, failure, code]) => {
  const { exec, spare, config } = await twoProviders([{ failure }], [{ text: 'Never.' }])
  const { exitCode, events } = await exec([...config, 'go'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({ error: { code } })
  expect(spare.requests).toHaveLength(0)
})

test('a fallback that cannot be asked is passed over, and a model of the same provider can follow', async () => {
  const { exec, server, config } = await twoProviders(
    [busy, { text: 'Done.' }],
    [busy],
    '["spare/one", "absent/x", "small"]',
  )
  const result = await exec([...config, 'go'])
  expect(result.exitCode).toBe(0)
  // `absent` is no provider: the whole name is a model of the first one.
  expect(completedItems(result, 'model_switch').map(({ to }) => to)).toEqual([
    { provider: 'spare', model: 'one' },
    { provider: 'scripted', model: 'absent/x' },
  ])
  expect(sentBody(server, 1).model).toBe('absent/x')
})

test('where nobody is left the turn fails with what the last one said', async () => {
  const { exec, config } = await twoProviders([busy], [{ failure: { kind: 'status', status: 500 } }])
  const { exitCode, events } = await exec([...config, 'go'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({ type: 'turn.failed', error: { code: 'provider.overloaded' } })
})

test("an agent's own list comes before that of the configuration", async () => {
  const { run, home, spare, config } = await twoProviders([busy], [{ text: 'Done.' }], '["never"]')
  const text = '[agent]\nid = "helper"\nname = "h"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
  await home.write({ 'agents/helper.toml': `${text}[model]\nfallback = ["spare/big"]\n` })
  expect((await run([...config, '@helper go'])).exitCode).toBe(0)
  expect(spare.requests[0]?.body.model).toBe('big')
})

test('a fallback without a model is refused before anything is asked, with its place', async () => {
  const { exec, server, config } = await twoProviders([busy], [], '["spare/"]')
  const result = await exec([...config, 'go'])
  expect(result.exitCode).not.toBe(0)
  expect(result.stderr).toContain('fallback.0: a model, or "provider/model" with a model behind the slash')
  expect(result.stderr).toMatch(/config\.toml:\d+/)
  expect(server.requests).toEqual([])
})

test("an agent's fallback without a model is told and passed over", async () => {
  const { exec, home, spare, config } = await twoProviders([busy], [{ text: 'Done.' }])
  const [agent, prompt] = ['id = "helper"\nname = "Helper"\ndescription = "d"', 'system = "Work."']
  const model = 'fallback = ["spare/", "spare/other-model"]'
  await home.write({ 'agents/helper.toml': `[agent]\n${agent}\n[prompt]\n${prompt}\n[model]\n${model}\n` })
  const result = await exec([...config, '@helper go'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'error').map(({ message }) => message)).toContain(
    'The fallback spare/ cannot be asked: it names no model',
  )
  expect(spare.requests.map(({ body }) => body.model)).toEqual(['other-model'])
})
