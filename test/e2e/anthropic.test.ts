import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'

type Block = Readonly<Record<string, unknown>>
interface Sent {
  readonly model?: string
  readonly system?: readonly Block[]
  readonly tools?: readonly Block[]
  readonly messages: readonly { readonly role: string; readonly content: readonly Block[] }[]
  readonly [key: string]: unknown
}

/** A home in which a key is all that is configured, but for the address of the scripted server. */
async function anthropicCase(turns: readonly ModelTurn[], settings = '') {
  const session = await execCase(turns, { files: { 'a.txt': 'alpha\n', 'b.txt': 'beta\n' } })
  const table = `[model_providers.anthropic]\nbase_url = "${session.server.url}"\nrequest_max_retries = 2\n${settings}`
  await session.home.write({ 'config.toml': `model_provider = "anthropic"\n${table}` })
  const exec = (argv: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) =>
    session.exec(argv, { env: { ANTHROPIC_API_KEY: 'sk-ant-key-of-tests', ...env } })
  const sent = (index: number) => session.server.requests.at(index)?.body as unknown as Sent // as the Messages API has it
  return { ...session, exec, sent }
}

const outputs = (body: Sent) =>
  body.messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool_result'))

test('a key is enough: two calls at once, their results, and the answer', async () => {
  const calls = ['a.txt', 'b.txt'].map((path) => ({
    name: 'read_file',
    arguments: { path },
    callId: `toolu_${path[0]}`,
  }))
  const { exec, sent, server } = await anthropicCase([
    { reasoning: 'Both.', text: 'I look.', calls, usage: { input: 100, cached: 60, written: 30, output: 7 } },
    { text: 'alpha and beta', usage: { input: 200, cached: 90, output: 5 } },
  ])
  const result = await exec(['what do they say?'])
  expect(result.exitCode, result.stderr).toBe(0)
  expect(completedItems(result, 'agent_message').map(({ text }) => text)).toEqual(['I look.', 'alpha and beta'])
  expect(completedItems(result, 'reasoning')).toMatchObject([{ text: 'Both.' }])
  expect(result.events.at(-1)).toMatchObject({
    usage: { input_tokens: 300, cached_input_tokens: 150, cache_write_input_tokens: 30, output_tokens: 12 },
  })
  const [request] = server.requests
  expect(request).toMatchObject({ path: '/v1/messages', headers: { 'x-api-key': 'sk-ant-key-of-tests' } })
  expect(request?.headers).not.toHaveProperty('authorization')
  expect(sent(0)).toMatchObject({ model: 'claude-opus-5-5', stream: true, thinking: { type: 'adaptive' } })
  expect(
    sent(1)
      .messages.at(-2)
      ?.content.map(({ type }) => type),
  ).toEqual(['thinking', 'text', 'tool_use', 'tool_use'])
  expect(sent(1).messages.at(-2)?.content[0]).toMatchObject({ thinking: 'Both.', signature: 'signed-1' })
  expect(outputs(sent(1)).map(({ tool_use_id: id }) => id)).toEqual(['toolu_a', 'toolu_b'])
  expect(JSON.stringify(outputs(sent(1)))).toContain('beta')
  expect(sent(1).system).toEqual(sent(0).system)
  expect(sent(1).tools).toEqual(sent(0).tools)
})

test('a resumed thread sends its thinking back as it came', async () => {
  const { exec, sent } = await anthropicCase([{ reasoning: 'First.', text: 'one' }, { text: 'two' }])
  const { events } = await exec(['hi'])
  expect((await exec(['resume', String(events[0]?.thread_id), 'and now?'])).exitCode).toBe(0)
  expect(sent(1).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(sent(1).messages[1]?.content).toMatchObject([{ type: 'thinking', signature: 'signed-1' }, { text: 'one' }])
})

test('thinking goes to no other model and to no other provider', async () => {
  const { exec, sent, server, home } = await anthropicCase([
    { reasoning: 'Sealed thought.', text: 'one' },
    { text: 'two' },
    { text: 'three' },
  ])
  const { events } = await exec(['hi'])
  const id = String(events[0]?.thread_id)
  await exec(['-m', 'claude-sonnet-5-5', 'resume', id, 'and now?'])
  expect(JSON.stringify(sent(1))).not.toContain('signed-1')
  const table = `[model_providers.other]\nbase_url = "${server.url}"\n`
  await home.write({ 'config.toml': `model = "m"\nmodel_provider = "other"\n${table}` })
  expect((await exec(['resume', id, 'and there?'])).exitCode).toBe(0)
  expect(server.requests.at(-1)?.path).toBe('/v1/responses')
  expect(JSON.stringify(server.requests.at(-1)?.body)).not.toMatch(/signed-1|Sealed thought/)
})

test('a stream that breaks goes on behind what was said', async () => {
  const broken: ModelTurn = { text: 'First part.', failure: { kind: 'cut', afterEvents: 5 } }
  const { exec, sent } = await anthropicCase([broken, { text: 'Second part.' }])
  const result = await exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(result.events.filter(({ type }) => type === 'error')).toMatchObject([
    { message: expect.stringMatching(/^Reconnecting\.\.\. 1\/5 /) },
  ])
  expect(completedItems(result, 'agent_message').map(({ text }) => text)).toEqual(['First part.', 'Second part.'])
  expect(sent(1).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
})

test('a rate limit, and a server that is overloaded, are waited for in silence', async () => {
  const busy = (status: number, type: string): ModelTurn => ({
    failure: {
      kind: 'status',
      status,
      body: { type: 'error', error: { type, message: 'busy' } },
      headers: { 'retry-after': '0' },
    },
  })
  const { exec, server } = await anthropicCase([
    busy(429, 'rate_limit_error'),
    busy(529, 'overloaded_error'),
    { text: 'ok' },
  ])
  const result = await exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(result.events.some(({ type }) => type === 'error')).toBe(false)
  expect(server.requests).toHaveLength(3)
})

const refusals = [
  [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum', 'context_length'],
  [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.', 'quota'],
  [401, 'authentication_error', 'invalid x-api-key', 'credential'],
  [404, 'not_found_error', 'model: claude-none', 'model_unknown'],
] as const

test.for(refusals)('%i %s "%s" ends the turn', async ([status, type, message, code]) => {
  const body = { type: 'error', error: { type, message }, request_id: 'req_1' }
  const { exec } = await anthropicCase(
    Array.from({ length: 4 }, () => ({ failure: { kind: 'status', status, body } as const })),
  )
  const { exitCode, events } = await exec(['hi'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { code: `provider.${code}`, hint: expect.any(String) },
  })
})

test('an image goes along with the prompt', async () => {
  const { exec, sent, workspace } = await anthropicCase([{ text: 'a dot' }])
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`${workspace.path}/dot.png`, Buffer.from(png, 'base64'))
  expect((await exec(['what is it?', '-i', 'dot.png'])).exitCode).toBe(0)
  const image = sent(0).messages[0]?.content.find(({ type }) => type === 'image')
  expect(image).toMatchObject({ source: { type: 'base64', media_type: 'image/png', data: png } })
})

test('without a key nothing is sent, and the turn says which variable is missing', async () => {
  const { exec, server } = await anthropicCase([])
  const { exitCode, events } = await exec(['hi'], { ANTHROPIC_API_KEY: undefined })
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({ error: { message: 'Missing environment variable: `ANTHROPIC_API_KEY`.' } })
  expect(server.requests).toEqual([])
})

test('the schema of an answer is the API to hold, without the bounds that it does not know', async () => {
  const { exec, sent, workspace } = await anthropicCase([{ text: '{"n":1}' }])
  const { writeFile } = await import('node:fs/promises')
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 0 } }, required: ['n'] }
  await writeFile(`${workspace.path}/schema.json`, JSON.stringify(schema))
  expect((await exec(['--output-schema', 'schema.json', 'how many?'])).exitCode).toBe(0)
  expect(sent(0).output_config).toEqual({
    format: {
      type: 'json_schema',
      schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false },
    },
  })
})

test('another address of the same API is a table that names the provider, and needs a key of its own', async () => {
  const { exec, server, home, rollouts } = await anthropicCase([{ text: 'ok' }])
  const table = `[model_providers.gateway]\nprovider = "anthropic"\nbase_url = "${server.url}"\n`
  await home.write({ 'config.toml': `model_provider = "gateway"\nmodel = "claude-haiku-5-5"\n${table}` })
  expect((await exec(['hi'])).exitCode).toBe(0)
  expect(server.requests[0]?.path).toBe('/v1/messages')
  expect(JSON.stringify(server.requests[0]?.headers)).not.toContain('sk-ant-key-of-tests')
  expect(await readFile((await rollouts())[0] ?? '', 'utf8')).not.toContain('sk-ant-key-of-tests')
  await home.write({ 'config.toml': `model_provider = "x"\nmodel = "m"\n[model_providers.x]\nprovider = "nobody"\n` })
  expect((await exec(['hi'])).stderr).toContain('model_providers.x.provider: no plugin has a provider "nobody"')
})

test('an agent names its provider and its effort', async () => {
  const { exec, sent, home, server } = await anthropicCase([{ text: 'ok' }])
  const agent = `[agent]\nid = "thinker"\nname = "Thinker"\ndescription = "Thinks."\n[model]\nprovider = "anthropic"\nname = "claude-sonnet-5-5"\nreasoning_effort = "high"\n[prompt]\nsystem = "Think."\n`
  const table = `[model_providers.anthropic]\nbase_url = "${server.url}"\n`
  await home.write({ 'config.toml': `model = "gpt-5.5"\n${table}`, 'agents/thinker.toml': agent })
  const result = await exec(['@thinker hi'])
  expect(result.exitCode, result.stderr).toBe(0)
  expect(sent(0)).toMatchObject({ model: 'claude-sonnet-5-5', output_config: { effort: 'high' } })
  expect(JSON.stringify(sent(0).system)).toContain('Think.')
})
