import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import type { ScriptedFailure } from '../support/model-server.ts'

const body = (message: string) => ({ error: { message } })
const closed = 'stream disconnected before completion: stream closed before response.completed'

const failures: readonly [string, ScriptedFailure, string | RegExp, string][] = [
  ['400', { kind: 'status', status: 400, body: body('bad request') }, '{"error":{"message":"bad request"}}', 'request'],
  [
    '401',
    { kind: 'status', status: 401, body: body('Incorrect key') },
    /^unexpected status 401 Unauthorized: Incorrect key, url: http:.*\/v1\/responses$/,
    'credential',
  ],
  [
    '429',
    { kind: 'status', status: 429, body: body('slow down') },
    'exceeded retry limit, last status: 429 Too Many Requests',
    'rate_limited',
  ],
  [
    '500',
    { kind: 'status', status: 500 },
    'We’re currently experiencing high demand, which may cause temporary errors.',
    'overloaded',
  ],
  ['a cut stream', { kind: 'cut', afterEvents: 3 }, /^stream disconnected before completion: /, 'unreachable'],
  ['a stream that ends too early', { kind: 'close', afterEvents: 3 }, closed, 'unreachable'],
  [
    'a context that is too long',
    { kind: 'failed', code: 'context_length_exceeded', message: 'too long' },
    /^Codex ran out of room in the model's context window\. /,
    'context_length',
  ],
  [
    'a spent quota',
    { kind: 'failed', code: 'insufficient_quota', message: 'no' },
    'Quota exceeded. Check your plan and billing details.',
    'quota',
  ],
  [
    'an incomplete answer',
    { kind: 'incomplete', reason: 'max_output_tokens' },
    'Incomplete response returned, reason: max_output_tokens',
    'response',
  ],
  [
    'an answer that is no stream',
    { kind: 'content_type', contentType: 'text/html', body: '<p>' },
    /text\/html/,
    'response',
  ],
]

test.for(failures)('%s ends the stream with error and turn.failed', async ([, failure, message, code]) => {
  const { exec, server, rollouts } = await execCase([{ text: 'partial', failure }])
  const { exitCode, events } = await exec(['hi'])
  expect(exitCode).toBe(1)
  const shown = events.filter(({ type }) => type !== 'item.completed')
  expect(shown.map(({ type }) => type)).toEqual(['thread.started', 'turn.started', 'error', 'turn.failed'])
  const told = shown[2]?.message
  expect(told).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  expect(shown[3]?.error).toMatchObject({ message: told, code: `provider.${code}`, hint: expect.any(String) })
  expect(events.at(-1)).toBe(shown[3])
  expect(server.requests).toHaveLength(1)
  expect(await rollouts()).toHaveLength(1)
})

test('without --json a failed turn leaves stdout empty and says what and how to go on', async () => {
  const { run } = await execCase([{ failure: { kind: 'status', status: 401, body: body('Incorrect key') } }])
  const { exitCode, stdout, stderr } = await run(['exec', '--skip-git-repo-check', 'hi'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('error: unexpected status 401 Unauthorized: Incorrect key')
  expect(stderr).toContain('hint: The provider refused the key: set a valid one in SCRIPTED_MODEL_KEY.')
})

test('the hint of a refused request tells a wrong key from none, and names no variable that is not sent there', async () => {
  const refused = { failure: { kind: 'status', status: 401, body: body('No') } } as const
  const { exec, home, server } = await execCase([refused, refused])
  const table = `[model_providers.own]\nbase_url = "${server.url}"\n`
  await home.write({ 'config.toml': `model = "m"\nmodel_provider = "own"\n${table}` })
  const hintOf = async () => (await exec(['hi'], { env: { CODEX_API_KEY: 'not-for-own' } })).events.at(-1)?.error
  expect(await hintOf()).toMatchObject({
    hint: 'No key was sent: name the variable that holds it in env_key of the provider, or see codex login --help.',
  })
  await home.write({ 'config.toml': `model = "m"\nmodel_provider = "own"\n${table}experimental_bearer_token = "x1"\n` })
  expect(await hintOf()).toMatchObject({ hint: 'The provider refused the key: codex status says where it comes from.' })
  expect(server.requests[0]?.headers.authorization).toBeUndefined()
})

test('a missing env_key fails the turn before anything is sent', async () => {
  const { exec, server } = await execCase([])
  const { exitCode, events } = await exec(['hi'], { env: { SCRIPTED_MODEL_KEY: undefined } })
  expect(exitCode).toBe(1)
  const message = 'Missing environment variable: `SCRIPTED_MODEL_KEY`.'
  expect(events.slice(-2)).toMatchObject([
    { type: 'error', message },
    { type: 'turn.failed', error: { message } },
  ])
  expect(server.requests).toHaveLength(0)
})

test('without any key and configuration the ways on are named', async () => {
  const { exec, home } = await execCase([])
  await home.write({ 'config.toml': '' })
  const { exitCode, stdout, stderr } = await exec(['hi'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('no API key is set')
  for (const way of ['OPENAI_API_KEY', '[model_providers]', 'playbook']) expect(stderr).toContain(way)
})

test('a broken stream is asked for again as often as configured, and each time is told', async () => {
  const cut = { text: 'partial', failure: { kind: 'cut', afterEvents: 2 } } as const
  const { exec, server, home } = await execCase([cut, cut, { text: 'whole' }])
  const table = `[model_providers.scripted]\nname = "Scripted"\nbase_url = "${server.url}"\nstream_max_retries = 2\nrequest_max_retries = 0\n`
  await home.write({ 'config.toml': `model = "m"\nmodel_provider = "scripted"\n${table}` })
  const { exitCode, events } = await exec(['hi'])
  expect(exitCode).toBe(0)
  expect(events.filter(({ type }) => type === 'error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Reconnecting\.\.\. 1\/2 \(.+\)$/),
    expect.stringMatching(/^Reconnecting\.\.\. 2\/2 \(.+\)$/),
  ])
  expect(events.at(-2)).toMatchObject({ item: { type: 'agent_message', text: 'whole' } })
  expect(server.requests).toHaveLength(3)
})

test('a failed turn is kept, and the thread goes on from it', async () => {
  const { exec, server } = await execCase([{ failure: { kind: 'status', status: 500 } }, { text: 'ok' }])
  const first = await exec(['the first question'])
  const id = String(first.events[0]?.thread_id)
  const second = await exec(['resume', id, 'again'])
  expect(second).toMatchObject({ exitCode: 0 })
  expect(JSON.stringify(server.requests[1]?.body.input)).toContain('the first question')
})

const longKey = 'sk-h3secret-0a1b2c3d4e5f6071829a-x'
const halves: readonly (readonly [string, ScriptedFailure, string])[] = [
  ['a body that is cut at 64 KiB', { kind: 'status', status: 400, body: `${'x'.repeat(65_511)}${longKey}` }, 'xxx'],
  [
    'a page of another type that is cut at 200 characters',
    { kind: 'content_type', contentType: 'text/html', body: `${'y'.repeat(165)} ${btoa(longKey)}` },
    'yyy [redacted]',
  ],
  [
    'an error page that is cut at 1000 characters',
    { kind: 'status', status: 502, body: `${'z'.repeat(980)} ${btoa(longKey)}` },
    'zzz [redacted]',
  ],
]

test.for(halves)('%s shows no half of a key', async ([, failure, shown]) => {
  const { exec } = await execCase([{ failure }])
  const { exitCode, stdout, stderr } = await exec(['hi'], { env: { SCRIPTED_MODEL_KEY: longKey } })
  expect(exitCode).toBe(1)
  expect(stdout).toContain(shown)
  for (const part of [longKey.slice(0, 11), btoa(longKey).slice(0, 12)]) expect(stdout + stderr).not.toContain(part)
})
