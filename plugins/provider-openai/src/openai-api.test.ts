import { isCodexError, type ModelEvent, type ProviderSettings, streamModel } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { openaiApi } from './openai-api.ts'

/** Streams against a server with these turns; delays before retries are noted and not waited for. */
async function run(turns: readonly ModelTurn[], settings: Partial<ProviderSettings> = {}, key?: string) {
  const server = await startModelServer(turns)
  onTestFinished(() => server.close())
  const delaysMs: number[] = []
  const pace = { wait: async (delayMs: number) => void delaysMs.push(delayMs), random: () => 0.5 }
  const ctx = providerContext({ base_url: server.url, ...settings }, key === undefined ? {} : { key })
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
  return { server, events, delaysMs, error: isCodexError(error) ? error : undefined, raw: error }
}

const apiError = (code: string, message: string) => ({ error: { code, message } })

test.each([
  [400, { error: { message: 'bad model' } }, 'provider.request', '{"error":{"message":"bad model"}}'],
  [
    400,
    apiError('context_length_exceeded', 'too long'),
    'provider.context_length',
    '{"error":{"code":"context_length_exceeded","message":"too long"}}',
  ],
  [
    401,
    { error: { message: 'Incorrect API key' } },
    'provider.credential',
    'unexpected status 401 Unauthorized: Incorrect API key, url: URL',
  ],
  [403, 'forbidden by a proxy', 'provider.request', 'unexpected status 403 Forbidden: forbidden by a proxy, url: URL'],
  [
    404,
    apiError('model_not_found', 'no such model'),
    'provider.model_unknown',
    'unexpected status 404 Not Found: no such model, url: URL',
  ],
  [404, '', 'provider.request', 'unexpected status 404 Not Found: no body, url: URL'],
  [418, [1], 'provider.request', "unexpected status 418 I'm a Teapot: [1], url: URL"],
  [
    429,
    { error: { type: 'requests' } },
    'provider.rate_limited',
    'exceeded retry limit, last status: 429 Too Many Requests',
  ],
  [
    429,
    apiError('insufficient_quota', 'no money'),
    'provider.quota',
    'Quota exceeded. Check your plan and billing details.',
  ],
  [500, 'boom', 'provider.overloaded', 'We’re currently experiencing high demand, which may cause temporary errors.'],
  [503, '', 'provider.overloaded', 'unexpected status 503 Service Unavailable: no body, url: URL'],
] as const)('status %i with %j is %s', async (status, body, code, message) => {
  const { error, server } = await run([{ failure: { kind: 'status', status, body } }])
  expect(error).toMatchObject({ code, message: message.replace('URL', `${server.url}/responses`) })
  expect(error?.hint).toBeTruthy()
})

test.each([
  [
    'failed',
    'context_length_exceeded',
    'provider.context_length',
    /^Codex ran out of room in the model's context window\. /,
  ],
  ['failed', 'insufficient_quota', 'provider.quota', /^Quota exceeded\. Check your plan and billing details\.$/],
  ['error', 'invalid_prompt', 'provider.request', /^no such thing$/],
  ['failed', 'server_error', 'provider.unreachable', /^stream disconnected before completion: no such thing$/],
] as const)('a %s event with %s is told as %s', async (kind, code, errorCode, message) => {
  const { error } = await run([{ text: 'so far', failure: { kind, code, message: 'no such thing' } }])
  expect(error).toMatchObject({ code: errorCode, message: expect.stringMatching(message) })
  expect(error?.hint).toBeTruthy()
})

test('an incomplete response keeps what was said and fails with the reason', async () => {
  const turn: ModelTurn = {
    text: 'so far',
    calls: [{ name: 'shell', arguments: {} }],
    failure: { kind: 'incomplete', reason: 'max_output_tokens' },
  }
  const { error, events, server } = await run([turn], { stream_max_retries: 3 })
  expect(error?.message).toBe('Incomplete response returned, reason: max_output_tokens')
  expect(itemTypes(events)).toEqual(['message'])
  expect(server.requests).toHaveLength(1)
})

test('a stream that just ends is asked for again, and each try is announced', async () => {
  const broken: ModelTurn = { text: 'never finished', failure: { kind: 'close', afterEvents: 4 } }
  const { events, server, delaysMs } = await run([broken, broken, { text: 'done' }], { stream_max_retries: 5 })
  const cause = 'stream disconnected before completion: stream closed before response.completed'
  expect(events.filter(({ type }) => type === 'retry')).toEqual([
    { type: 'retry', message: `Reconnecting... 1/5 (${cause})` },
    { type: 'retry', message: `Reconnecting... 2/5 (${cause})` },
  ])
  expect(itemTypes(events)).toEqual(['message'])
  expect(events.at(-1)?.type).toBe('completed')
  expect(server.requests).toHaveLength(3)
  expect(delaysMs).toEqual([200, 400])
})

test('a connection that breaks for good fails with the cause', async () => {
  const { error, events } = await run([{ text: 'a', failure: { kind: 'cut', afterEvents: 3 } }])
  expect(error).toMatchObject({
    code: 'provider.unreachable',
    message: expect.stringMatching(/^stream disconnected before completion: \S/),
  })
  expect(events.filter(({ type }) => type === 'retry')).toEqual([])
})

test('an event that is no JSON breaks the stream', async () => {
  const malformed: ModelTurn = { text: 'a', failure: { kind: 'malformed', afterEvents: 2, data: '{"type":' } }
  expect((await run([malformed])).error).toMatchObject({ code: 'provider.response' })
  const { events } = await run([malformed, { text: 'b' }], { stream_max_retries: 1 })
  expect(itemTypes(events)).toEqual(['message'])
})

test('a call of a broken response is never handed out', async () => {
  const broken: ModelTurn = {
    calls: [{ name: 'shell', arguments: { command: 'rm' }, callId: 'first' }],
    failure: { kind: 'close', afterEvents: 5 },
  }
  const whole: ModelTurn = { calls: [{ name: 'shell', arguments: { command: 'ls' }, callId: 'second' }] }
  const { events } = await run([broken, whole], { stream_max_retries: 1 })
  const ids = events.flatMap((event) => (event.type === 'item' && 'call_id' in event.item ? [event.item.call_id] : []))
  expect(ids).toEqual(['second'])
})

test('a message handed out before the break is part of the next request, and not said again', async () => {
  // Seven events make up the reasoning with its frame, seven more the message.
  const broken: ModelTurn = { reasoning: 'why', text: 'First part.', failure: { kind: 'close', afterEvents: 13 } }
  const { events, server } = await run([broken, { text: 'Second part.' }], { stream_max_retries: 1 })
  expect(itemTypes(events)).toEqual(['reasoning', 'message', 'message'])
  expect(server.requests[1]?.body.input).toMatchObject([
    { role: 'user' },
    { type: 'reasoning' },
    { type: 'message', role: 'assistant', content: [{ text: 'First part.' }] },
  ])
})

test('reasoning that no message followed is left out of the next request', async () => {
  const broken: ModelTurn = { reasoning: 'why', text: 'x', failure: { kind: 'close', afterEvents: 8 } }
  const { events, server } = await run([broken, { text: 'done' }], { stream_max_retries: 1 })
  expect(itemTypes(events)).toEqual(['reasoning', 'message'])
  expect(server.requests[1]?.body.input).toMatchObject([{ role: 'user' }])
})

test('request retries are silent, and wait as long as the server asks', async () => {
  const busy = (headers: Record<string, string>): ModelTurn => ({ failure: { kind: 'status', status: 503, headers } })
  const turns = [busy({}), busy({ 'retry-after': '2' }), busy({ 'retry-after-ms': '30' }), { text: 'done' }]
  const { events, delaysMs } = await run(turns, { request_max_retries: 4 })
  expect(events.map(({ type }) => type)).toEqual(['text_delta', 'item', 'completed'])
  expect(delaysMs).toEqual([200, 2000, 30])
})

test('a server that asks to wait for long is not waited for, and the hint says so', async () => {
  const busy: ModelTurn = { failure: { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } }
  const { error, delaysMs } = await run([busy], { request_max_retries: 4 })
  expect(error?.hint).toContain('3600 s')
  expect(delaysMs).toEqual([])
})

test('what another try cannot mend is not tried again', async () => {
  const refused: ModelTurn = { failure: { kind: 'status', status: 400, body: 'no' } }
  const unpaid: ModelTurn = { failure: { kind: 'status', status: 429, body: apiError('insufficient_quota', '') } }
  for (const turn of [refused, unpaid]) {
    const { server } = await run([turn, { text: 'never' }], { request_max_retries: 4, stream_max_retries: 5 })
    expect(server.requests).toHaveLength(1)
  }
})

test('a rate limit inside the stream is waited for as its text says', async () => {
  const limited: ModelTurn = {
    failure: { kind: 'failed', code: 'rate_limit_exceeded', message: 'Rate limit. Please try again in 1.5s.' },
  }
  expect((await run([limited, { text: 'done' }], { stream_max_retries: 1 })).delaysMs).toEqual([1500])
  expect((await run([limited])).error).toMatchObject({
    code: 'provider.rate_limited',
    message: 'rate limit exceeded: Rate limit. Please try again in 1.5s.',
  })
})

test('something other than an event stream is refused at once', async () => {
  const page: ModelTurn = { failure: { kind: 'content_type', contentType: 'text/html', body: '<html>log in</html>' } }
  const { error, server } = await run([page], { stream_max_retries: 2 })
  expect(error).toMatchObject({ code: 'provider.response', message: expect.stringContaining('answered text/html') })
  expect(server.requests).toHaveLength(1)
})

test('a server that says nothing is given up after the idle time', async () => {
  for (const failure of [{ kind: 'silent' }, { kind: 'silent', afterEvents: 2 }] as const) {
    const settings = { stream_idle_timeout_ms: 50, stream_max_retries: 1 }
    const { events, server } = await run([{ text: 'a', failure }, { text: 'b' }], settings)
    expect(events).toContainEqual({
      type: 'retry',
      message: 'Reconnecting... 1/1 (stream disconnected before completion: idle timeout waiting for SSE)',
    })
    expect(await server.requests[0]?.ended).toBe('closed')
  }
})

test('a server that sends comments for ever is given up', async () => {
  for (const afterEvents of [0, 2]) {
    const settings = { stream_idle_timeout_ms: 50, stream_max_retries: 1 }
    const failure = { kind: 'silent', afterEvents, fillerEveryMs: 10 } as const
    const { events, server } = await run([{ text: 'a', failure }, { text: 'b' }], settings)
    expect(events).toContainEqual({
      type: 'retry',
      message: 'Reconnecting... 1/1 (stream disconnected before completion: idle timeout waiting for SSE)',
    })
    expect(await server.requests[0]?.ended).toBe('closed')
  }
})

test.each(['localhost:1234/v1', 'ftp://127.0.0.1/v1', 'http://user:pass-word@127.0.0.1:9/v1', '/v1'])(
  'a base URL like %s is refused before anything is sent, and not repeated',
  async (base_url) => {
    const { error } = await run([], { base_url, request_max_retries: 4 })
    expect(error).toMatchObject({ code: 'config.invalid', message: expect.stringContaining('base_url') })
    expect(error?.message).not.toContain('pass-word')
  },
)

test.each(['http_headers', 'env_http_headers'] as const)(
  'a name in %s that no header can have is told from a value, before anything is sent',
  async (table) => {
    for (const name of ['X Bad Name', 'X:', '', 'X-\n']) {
      const { error, server } = await run([], { id: 'acme', [table]: { [name]: 'XKEY' } })
      expect(error).toMatchObject({
        code: 'config.invalid',
        message: `model_providers.acme.${table}: ${JSON.stringify(name)} cannot be the name of a header`,
      })
      expect(server.requests).toEqual([])
    }
  },
)

test('a message behind a call keeps its place, and waits for the end with it', async () => {
  const call = { type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c1' }
  const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'after' }] }
  const wire = [
    { type: 'response.output_item.done', item: call },
    { type: 'response.output_text.delta', delta: 'after' },
    { type: 'response.output_item.done', item: message },
    { type: 'response.completed', response: {} },
  ]
  const bodyOf = (events: readonly object[]): ModelTurn => ({
    failure: {
      kind: 'content_type',
      contentType: 'text/event-stream',
      body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''),
    },
  })
  const { events } = await run([bodyOf(wire.slice(0, 3)), bodyOf(wire)], { stream_max_retries: 1 })
  expect(events.map(({ type }) => type)).toEqual(['retry', 'item', 'item', 'completed'])
  expect(itemTypes(events)).toEqual(['function_call', 'message'])
})

test('nobody listening is told with the address', async () => {
  const { error } = await run([], { base_url: 'http://127.0.0.1:9/v1', request_max_retries: 1 })
  expect(error).toMatchObject({
    code: 'provider.unreachable',
    message: expect.stringContaining('http://127.0.0.1:9/v1'),
  })
})

test('a secret never stands in an error', async () => {
  const key = 'sk-very-secret'
  const echo: ModelTurn = { failure: { kind: 'status', status: 401, body: { error: { message: `Bad key ${key}` } } } }
  const settings = { query_params: { 'api-key': 'query-secret' }, http_headers: { 'x-auth-token': 'header-secret' } }
  const { error } = await run([echo], settings, key)
  expect(error?.message).toContain('Bad key [redacted]')
  const failed: ModelTurn = {
    failure: { kind: 'error', code: 'invalid_prompt', message: `${key} query-secret header-secret` },
  }
  expect((await run([failed], settings, key)).error?.message).toBe('[redacted] [redacted] [redacted]')
  const unsendable = await run([{ text: 'never' }], {}, 'sk-über-\u{1f511}')
  expect(unsendable.error).toMatchObject({ code: 'provider.credential' })
  expect(`${unsendable.error?.message} ${unsendable.error?.hint}`).not.toContain('über')
})

function itemTypes(events: readonly ModelEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'item' ? [event.item.type] : []))
}
