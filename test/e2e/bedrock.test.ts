import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'

type Block = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
interface Sent {
  readonly messages: readonly { readonly role: string; readonly content: readonly Block[] }[]
  readonly [key: string]: unknown
}

const keys = {
  AWS_ACCESS_KEY_ID: 'AKIDOFTHETESTS',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
  AWS_REGION: 'eu-west-1',
}

/** A home whose provider is Bedrock, at the scripted server. */
async function bedrockCase(turns: readonly ModelTurn[], settings = '') {
  const session = await execCase(turns, { files: { 'a.txt': 'alpha\n', 'b.txt': 'beta\n' } })
  const base = session.server.url.replace('/v1', '')
  const table = `[model_providers.bedrock]\nbase_url = "${base}"\nrequest_max_retries = 2\n${settings}`
  await session.home.write({ 'config.toml': `model_provider = "bedrock"\n${table}` })
  const exec = (argv: readonly string[], env: Readonly<Record<string, string>> = keys) => session.exec(argv, { env })
  const sent = (index: number) => session.server.requests.at(index)?.body as unknown as Sent // as the Converse API has it
  return { ...session, exec, sent }
}

const results = (body: Sent): readonly Readonly<Record<string, unknown>>[] =>
  body.messages.flatMap(({ content }) => content.flatMap(({ toolResult }) => (toolResult ? [toolResult] : [])))

test('keys of the environment are enough: two calls at once, their results, and the answer', async () => {
  const calls = ['a.txt', 'b.txt'].map((path) => ({ name: 'read_file', arguments: { path }, callId: `tu_${path[0]}` }))
  const { exec, sent, server } = await bedrockCase([
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
  expect(request?.path).toBe('/model/global.anthropic.claude-opus-5-5/converse-stream')
  expect(request?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDOFTHETESTS\/\d{8}\/eu-west-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
  )
  const answer = sent(1).messages.at(-2)?.content ?? []
  expect(answer.flatMap((block) => Object.keys(block))).toEqual(['reasoningContent', 'text', 'toolUse', 'toolUse'])
  expect(answer[0]?.reasoningContent).toEqual({ reasoningText: { text: 'Both.', signature: 'signed-1' } })
  expect(results(sent(1)).map(({ toolUseId }) => toolUseId)).toEqual(['tu_a', 'tu_b'])
  expect(JSON.stringify(results(sent(1)))).toContain('beta')
  expect(sent(1).messages.at(-1)?.content.at(-1)).toEqual({ cachePoint: { type: 'default' } })
})

test('a token takes the place of a signature, and a profile of the AWS files that of the environment', async () => {
  const { exec, server, home } = await bedrockCase([{ text: 'one' }, { text: 'two' }])
  expect((await exec(['hi'], { AWS_BEARER_TOKEN_BEDROCK: 'token-of-the-tests' })).exitCode).toBe(0)
  expect(server.requests[0]?.headers.authorization).toBe('Bearer token-of-the-tests')
  await mkdir(join(home.homeDir, '.aws'))
  const credentials = '[default]\naws_access_key_id = AKIDOFTHEFILE\naws_secret_access_key = secret-of-the-file\n'
  await writeFile(join(home.homeDir, '.aws', 'credentials'), credentials)
  expect((await exec(['hi'], {})).exitCode).toBe(0)
  expect(server.requests[1]?.headers.authorization).toContain('Credential=AKIDOFTHEFILE/')
})

test('a resumed thread sends its reasoning back as it came', async () => {
  const { exec, sent } = await bedrockCase([{ reasoning: 'First.', text: 'one' }, { text: 'two' }])
  const { events } = await exec(['hi'])
  expect((await exec(['resume', String(events[0]?.thread_id), 'and now?'])).exitCode).toBe(0)
  expect(sent(1).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(JSON.stringify(sent(1).messages[1])).toContain('signed-1')
})

test.for(['cut', 'close'] as const)('a stream that ends by %s goes on behind what was said', async (kind) => {
  const broken: ModelTurn = { text: 'First part.', failure: { kind, afterEvents: 3 } }
  const { exec, sent } = await bedrockCase([broken, { text: 'Second part.' }])
  const result = await exec(['hi'])
  expect(result.exitCode, result.stderr).toBe(0)
  expect(result.events.filter(({ type }) => type === 'error')).toMatchObject([
    { message: expect.stringMatching(/^Reconnecting\.\.\. 1\/5 /) },
  ])
  expect(completedItems(result, 'agent_message').map(({ text }) => text)).toEqual(['First part.', 'Second part.'])
  expect(sent(1).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
})

test('throttling before the answer is waited for in silence, and inside it is told', async () => {
  const { exec, server } = await bedrockCase([
    {
      failure: {
        kind: 'status',
        status: 429,
        body: { message: 'slow' },
        headers: { 'x-amzn-errortype': 'ThrottlingException' },
      },
    },
    { failure: { kind: 'failed', code: 'throttlingException', message: 'slow down' } },
    { text: 'ok' },
  ])
  const result = await exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(result.events.filter(({ type }) => type === 'error')).toMatchObject([
    { message: expect.stringContaining('throttlingException: slow down') },
  ])
  expect(server.requests).toHaveLength(3)
})

const refusals = [
  [400, 'ValidationException', 'Input is too long for requested model.', 'context_length'],
  [400, 'ValidationException', 'The provided model identifier is invalid.', 'model_unknown'],
  [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.', 'credential'],
  [403, 'AccessDeniedException', 'You do not have access to the model.', 'request'],
] as const

test.for(refusals)('%i %s "%s" ends the turn', async ([status, kind, message, code]) => {
  const headers = { 'x-amzn-errortype': kind, 'x-amzn-requestid': 'id-1' }
  const failure = { kind: 'status', status, body: { message }, headers } as const
  const { exec } = await bedrockCase(Array.from({ length: 4 }, () => ({ failure })))
  const { exitCode, events } = await exec(['hi'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { code: `provider.${code}`, hint: expect.any(String) },
  })
  expect(JSON.stringify(events.at(-1))).toContain(message)
})

test('an exception in the stream that says that the request is too long is told as that', async () => {
  const failure = { kind: 'failed', code: 'validationException', message: 'prompt is too long' } as const
  const { exec } = await bedrockCase(Array.from({ length: 4 }, () => ({ failure })))
  expect((await exec(['hi'])).events.at(-1)).toMatchObject({ error: { code: 'provider.context_length' } })
})

test('an image goes along as bytes', async () => {
  const { exec, sent, workspace } = await bedrockCase([{ text: 'a dot' }])
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  await writeFile(join(workspace.path, 'dot.png'), Buffer.from(png, 'base64'))
  expect((await exec(['what is it?', '-i', 'dot.png'])).exitCode).toBe(0)
  const image = sent(0).messages[0]?.content.find((block) => block.image)
  expect(image).toEqual({ image: { format: 'png', source: { bytes: png } } })
})

test('without credentials nothing is sent, and the ways to give some are named', async () => {
  const { exec, server } = await bedrockCase([])
  const { exitCode, events } = await exec(['hi'], {})
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    error: { code: 'provider.credential', hint: expect.stringContaining('AWS_BEARER_TOKEN_BEDROCK') },
  })
  expect(server.requests).toEqual([])
})

test('without keys an agent that has a playbook runs it, and says why', async () => {
  const { run, home, server } = await bedrockCase([])
  const playbook =
    '[playbook]\nreport = "by rote"\n[[playbook.steps]]\nid = "list"\ntool = "list_dir"\narguments = { path = "." }\n'
  const agent = '[agent]\nid = "lister"\nname = "L"\ndescription = "d"\n[prompt]\nsystem = "List."\n'
  await home.write({ 'agents/lister.toml': agent + playbook })
  const result = await run(['@lister go'], { env: { SCRIPTED_MODEL_KEY: undefined } })
  expect(result, result.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('by rote') })
  expect(result.stdout + result.stderr).toContain('No credentials for AWS are there')
  expect(server.requests).toHaveLength(0)
})
