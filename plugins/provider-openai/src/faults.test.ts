import { isCodexError, type ModelEvent, type Pace, type ProviderSettings, streamModel } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { startProxy } from '../../../test/support/proxy-server.ts'
import { openaiApi } from './openai-api.ts'

/** Asks a server with these turns; pauses are noted and not waited for. */
async function run(
  turns: readonly ModelTurn[],
  settings: Partial<ProviderSettings> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const server = await startModelServer(turns)
  onTestFinished(() => server.close())
  const delaysMs: number[] = []
  const pace: Pace = { wait: async (delayMs) => void delaysMs.push(delayMs), random: () => 0.5 }
  const ctx = providerContext({ base_url: server.url, ...settings }, { env })
  const events: ModelEvent[] = []
  let error: unknown
  try {
    for await (const event of streamModel(
      modelRequest(),
      ctx,
      openaiApi(ctx),
      { pace },
      new AbortController().signal,
    )) {
      events.push(event)
    }
  } catch (caught) {
    error = caught
  }
  return { server, events, delaysMs, error: isCodexError(error) ? error : undefined }
}

const status = (code: number, body: unknown = '', headers: Record<string, string> = {}): ModelTurn => ({
  failure: { kind: 'status', status: code, body, headers },
})
const answer: ModelTurn = { text: 'hello' }

test.each([
  [407, 'provider.unreachable', /HTTPS_PROXY/],
  [408, 'provider.unreachable', /network/],
  [409, 'provider.request', /./],
  [413, 'provider.context_length', /too large/],
  [502, 'provider.unreachable', /proxy/],
  [529, 'provider.overloaded', /later/],
])('status %i is told as %s', async (code, expected, hint) => {
  const { error } = await run([status(code)])
  expect(error).toMatchObject({ code: expected, hint: expect.stringMatching(hint) })
})

test('a proxy that wants a password for a tunnel is asked once', async () => {
  const proxy = await startProxy({ credentials: 'ann:right-password' })
  onTestFinished(() => proxy.close())
  const env = { HTTPS_PROXY: `http://ann:wrong-password@${proxy.host}` }
  const settings = { base_url: 'https://models.example/v1', request_max_retries: 3 }
  const { error, delaysMs } = await run([], settings, env)
  expect(error).toMatchObject({ code: 'provider.unreachable', hint: expect.stringContaining('NAME:PASSWORD') })
  expect(error?.message).toMatch(/407/)
  expect(error?.message).not.toContain('wrong-password')
  expect([proxy.requests.length, delaysMs]).toEqual([1, []])
})

test.each([408, 409, 429, 500, 502, 503, 504, 529])('status %i is tried again', async (code) => {
  const { events, server } = await run([status(code), answer], { request_max_retries: 1 })
  expect(events.at(-1)?.type).toBe('completed')
  expect(server.requests).toHaveLength(2)
})

test('a connection that is closed before anything comes is tried again', async () => {
  const { events } = await run([{ failure: { kind: 'reset' } }, answer], { request_max_retries: 1 })
  expect(events.at(-1)?.type).toBe('completed')
  const { error } = await run([{ failure: { kind: 'reset' } }])
  expect(error).toMatchObject({
    code: 'provider.unreachable',
    message: expect.stringContaining('error sending request for url'),
  })
})

test.each([
  ['seconds', { 'retry-after': '7' }, '', 7000],
  ['milliseconds', { 'retry-after-ms': '250' }, '', 250],
  ['seconds in its text', {}, { error: { message: 'Please try again in 1.5s.' } }, 1500],
  ['minutes in its text', {}, { error: { message: 'Rate limit. Try again in 0m20s' } }, 20_000],
  ['words in its text', {}, { error: { message: 'Too many requests, retry after 3 seconds' } }, 3000],
  ['a date that is past', { 'retry-after': 'Wed, 01 Jan 2020 00:00:00 GMT' }, '', 0],
] as const)('a server that asks to wait by %s is waited for', async (_, headers, body, delayMs) => {
  const { delaysMs } = await run([status(429, body, headers), answer], { request_max_retries: 1 })
  expect(delaysMs).toEqual([delayMs])
})

test.each([
  ['7', 'Try again later, or raise request_max_retries of the provider.'],
  ['120', 'Try again later. The server asks to wait 120 s.'],
])('the hint of a 429 that asks for %s seconds names what would help', async (seconds, hint) => {
  expect((await run([status(429, '', { 'retry-after': seconds })])).error).toMatchObject({ hint })
})

test.each([
  [400, { error: { message: "This model's maximum context length is 8192 tokens. However, you requested 9000." } }],
  [
    400,
    {
      error: { type: 'exceed_context_size_error', message: 'request (9000 tokens) exceeds the available context size' },
    },
  ],
  [400, { error: 'The number of tokens to keep from the initial prompt is greater than the context length' }],
  [500, { error: { message: 'prompt is too long: 9000 tokens > 8192 maximum' } }],
  [422, { detail: 'input exceeds the model context window' }],
])('status %i with %j is a full window', async (code, body) => {
  for (const wire_api of ['responses', 'chat'] as const) {
    expect((await run([status(code, body)], { wire_api })).error?.code).toBe('provider.context_length')
  }
})

test.each([
  [
    404,
    { error: { message: 'The model `nope` does not exist or you do not have access to it.', code: 'model_not_found' } },
  ],
  [404, { error: { message: 'model "nope" not found, try pulling it first' } }],
  [400, { error: { message: 'Model nope not loaded' } }],
  [404, { error: { message: 'No endpoints found for nope.', code: 404 } }],
  [404, { error: { message: 'The API deployment for this resource is missing.', code: 'DeploymentNotFound' } }],
])('status %i with %j is a model that there is not', async (code, body) => {
  expect((await run([status(code, body)])).error?.code).toBe('provider.model_unknown')
})

test('an error page of megabytes is cut', async () => {
  const { error } = await run([status(403, `<html>${'x'.repeat(5_000_000)}`)])
  expect(error?.message.length).toBeLessThan(70_000)
})

test('an answer of another type is shown by its beginning', async () => {
  const body = JSON.stringify({ error: { message: 'no streaming here' } })
  const { error } = await run([{ failure: { kind: 'content_type', contentType: 'application/json', body } }])
  expect(error).toMatchObject({ code: 'provider.response', message: expect.stringContaining('no streaming here') })
})

test.each([
  ['a rate limit', { kind: 'failed', code: 'rate_limit_exceeded', message: 'Try again in 400s' }, '400 s'],
  ['an overload', { kind: 'error', code: 'server_error', message: 'Try again in 2m0s' }, '120 s'],
] as const)('%s in a stream that asks for more than a minute is not waited for', async (_, failure, told) => {
  for (const wire_api of ['responses', 'chat'] as const) {
    const { delaysMs, error, server } = await run([{ failure }, answer], { wire_api, stream_max_retries: 3 })
    expect(delaysMs).toEqual([])
    expect(error?.hint).toBe(`Try again later. The server asks to wait ${told}.`)
    expect(server.requests).toHaveLength(1)
  }
})

test('a failure inside a chat stream is told like one of Responses', async () => {
  const failed = (code: string, message: string): ModelTurn => ({ failure: { kind: 'failed', code, message } })
  const chat = { wire_api: 'chat' } as const
  expect((await run([failed('context_length_exceeded', 'x')], chat)).error?.code).toBe('provider.context_length')
  expect((await run([failed('insufficient_quota', 'x')], chat)).error?.code).toBe('provider.quota')
  const { delaysMs, events } = await run([failed('429', 'try again in 2s'), answer], { ...chat, stream_max_retries: 1 })
  expect(delaysMs).toEqual([2000])
  expect(events.at(-1)?.type).toBe('completed')
})
