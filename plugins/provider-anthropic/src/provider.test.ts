import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isCodexError, type ModelEvent } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { provider } from './provider.ts'

const never = new AbortController().signal

async function ask(turns: readonly ModelTurn[]) {
  const server = await startModelServer(turns)
  onTestFinished(() => server.close())
  const events: ModelEvent[] = []
  try {
    for await (const event of provider.stream(modelRequest(), providerContext({ base_url: server.url }), never))
      events.push(event)
  } catch (error) {
    return { events, error: isCodexError(error) ? error : undefined, server }
  }
  return { events, error: undefined, server }
}

/** A stream of these events, as it stands in the documentation of the API. */
const wire = (...events: readonly object[]): ModelTurn => ({
  failure: {
    kind: 'content_type',
    contentType: 'text/event-stream; charset=utf-8',
    body: events.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  },
})
const end = (reason: string) => [{ type: 'message_delta', delta: { stop_reason: reason } }, { type: 'message_stop' }]

test('blocks of every kind become items, and what is not known is said or passed over', async () => {
  const { events } = await ask([
    wire(
      { type: 'message_start', message: { usage: { input_tokens: 25, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'redacted_thinking', data: 'sealed' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'something_new' },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
      },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'server_tool_use' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 15 } },
      { type: 'message_stop' },
    ),
  ])
  expect(events).toMatchObject([
    { type: 'item', item: { type: 'reasoning', encrypted_content: 'sealed', redacted: true, model: 'test-model' } },
    { type: 'item', item: { type: 'function_call', name: 'look', arguments: '{}', call_id: 'toolu_1' } },
    { type: 'completed', usage: { input_tokens: 25, output_tokens: 15 } },
  ])
})

test.each([
  ['max_tokens', 'provider.response', 'Incomplete response returned, reason: max_output_tokens'],
  ['refusal', 'provider.response', 'Incomplete response returned, reason: refusal'],
  ['model_context_window_exceeded', 'provider.context_length', /^Codex ran out of room/],
])('a message that stops with %s fails as %s', async (reason, code, message) => {
  const { error } = await ask([wire(...end(reason))])
  expect(error).toMatchObject({ code, message: typeof message === 'string' ? message : expect.stringMatching(message) })
})

test('a message that the model paused goes on behind what it has said, without a retry, and all tokens count', async () => {
  const said = (text: string, reason: string, more: readonly object[] = []) =>
    wire(
      { type: 'message_start', message: { usage: { input_tokens: 20, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text } },
      { type: 'content_block_stop', index: 0 },
      ...more,
      { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    )
  const { events, server } = await ask([said('First, ', 'pause_turn'), said('then.', 'end_turn')])
  expect(events.map(({ type }) => type)).toEqual(['item', 'item', 'completed'])
  expect(events.at(-1)).toMatchObject({ usage: { input_tokens: 40, output_tokens: 10 } })
  expect(JSON.stringify(server.requests[1]?.body.messages)).toContain('First, ')
})

test('a model that pauses each time is stopped', async () => {
  const { error, server } = await ask(Array.from({ length: 12 }, () => wire(...end('pause_turn'))))
  expect(error).toMatchObject({ code: 'provider.response', message: 'The model paused its answer more than 8 times' })
  expect(server.requests).toHaveLength(9)
})

test.each([
  ['overloaded_error', 'provider.unreachable'],
  ['invalid_request_error', 'provider.request'],
])('an error event with %s in the middle fails as %s', async (type, code) => {
  const { error } = await ask([{ text: 'so far', failure: { kind: 'error', code: type, message: 'no' } }])
  expect(error).toMatchObject({ code })
})

test('an event of a known kind that cannot be read breaks the stream', async () => {
  const { error } = await ask([wire({ type: 'content_block_start', index: 'first' })])
  expect(error).toMatchObject({ code: 'provider.response' })
})

test('a request whose thinking is refused is asked again without it', async () => {
  const message = 'messages.1.content.0: Invalid `signature` in `thinking` block'
  const refused: ModelTurn = {
    failure: { kind: 'status', status: 400, body: { error: { type: 'invalid_request_error', message } } },
  }
  const server = await startModelServer([refused, { text: 'ok' }])
  onTestFinished(() => server.close())
  const input = [
    { type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text: 'hi' }] },
    { type: 'reasoning' as const, summary: [], encrypted_content: 'stale', model: 'test-model' },
    { type: 'message' as const, role: 'assistant' as const, content: [{ type: 'output_text' as const, text: 'one' }] },
  ]
  const stream = provider.stream(modelRequest({ input }), providerContext({ base_url: server.url }), never)
  const types: string[] = []
  for await (const event of stream) types.push(event.type)
  expect(types).toEqual(['text_delta', 'item', 'completed'])
  expect(server.requests.map(({ body }) => JSON.stringify(body).includes('stale'))).toEqual([true, false])
})

test('the models of the server are taken with what is known of them, and once only while nothing changes', async () => {
  const asked: (string | undefined)[] = []
  const entry = { id: 'claude-opus-5-5', display_name: 'Opus', max_input_tokens: 900_000, max_tokens: 100_000 }
  const effort = { supported: true, low: { supported: true }, high: { supported: false }, max: null }
  const server = createServer((request, response) => {
    asked.push(request.url)
    const isKnown = request.headers['if-none-match'] === '"1"'
    response.writeHead(isKnown ? 304 : 200, { etag: '"1"' })
    response.end(
      isKnown ? '' : JSON.stringify({ data: [{ ...entry, capabilities: { effort } }, { id: 'claude-next' }, 7] }),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  const ctx = providerContext({ base_url: `http://127.0.0.1:${port}` }, { key: 'k' })
  expect(await provider.fetchModels?.(ctx, undefined, never)).toMatchObject({
    etag: '"1"',
    models: [
      {
        id: 'claude-opus-5-5',
        name: 'Opus',
        contextWindow: 900_000,
        maxOutputTokens: 100_000,
        reasoningEfforts: ['low'],
        price: { input: 4 },
      },
      { id: 'claude-next', images: true },
    ],
  })
  expect(await provider.fetchModels?.(ctx, '"1"', never)).toBeUndefined()
  expect(asked).toEqual(['/v1/models?limit=1000', '/v1/models?limit=1000'])
})
