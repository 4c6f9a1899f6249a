import type { ModelEvent, ModelRequest, ProviderContext } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { provider } from './provider.ts'

async function serve(...turns: ModelTurn[]) {
  const server = await startModelServer(turns)
  onTestFinished(() => server.close())
  return server
}

function ask(request: ModelRequest, ctx: ProviderContext): Promise<ModelEvent[]> {
  return collect(provider.stream(request, ctx, new AbortController().signal))
}

test('text, reasoning, calls and usage come as events', async () => {
  const server = await serve({
    reasoning: '**Thinking** hard',
    text: 'Hello there',
    deltaSize: 4,
    calls: [
      { name: 'read_file', arguments: { path: 'a.ts' } },
      { name: 'apply_patch', input: '*** Begin Patch' },
    ],
    usage: { input: 10, cached: 4, output: 5, reasoning: 2 },
  })
  const events = await ask(modelRequest(), providerContext({ base_url: server.url }))

  const items = events.filter((event) => event.type === 'item').map((event) => event.item)
  expect(items).toMatchObject([
    {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: '**Thinking** hard' }],
      encrypted_content: 'sealed-1',
    },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello there' }] },
    { type: 'function_call', name: 'read_file', arguments: '{"path":"a.ts"}', call_id: 'call_1_0' },
    { type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin Patch', call_id: 'call_1_1' },
  ])
  expect(joined(events, 'text_delta')).toBe('Hello there')
  expect(joined(events, 'reasoning_delta')).toBe('**Thinking** hard')
  expect(events.at(-1)).toEqual({
    type: 'completed',
    usage: {
      input_tokens: 10,
      cached_input_tokens: 4,
      cache_write_input_tokens: 0,
      output_tokens: 5,
      reasoning_output_tokens: 2,
    },
  })
})

test('an item comes behind its own deltas and before those of the next', async () => {
  const server = await serve({ reasoning: 'why', text: 'so' })
  const events = await ask(modelRequest(), providerContext({ base_url: server.url }))
  expect(events.map((event) => (event.type === 'item' ? event.item.type : event.type))).toEqual([
    'reasoning_delta',
    'reasoning',
    'text_delta',
    'message',
    'completed',
  ])
})

test('the request says what the contract says, and nothing of ours', async () => {
  const server = await serve({ text: 'ok' })
  const request = modelRequest({
    reasoning: { effort: 'medium', summary: 'auto' },
    verbosity: 'low',
    outputSchema: { type: 'object' },
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'of another API' }] },
      { type: 'function_call', id: 'fc_1', status: 'completed', name: 'look', arguments: '{}', call_id: 'c1' },
      { type: 'function_call_output', call_id: 'c1', output: 'seen', structured: { ours: true }, failed: false },
    ],
    tools: [
      {
        type: 'function',
        name: 'look',
        description: 'Looks.',
        parameters: { type: 'object', properties: {}, additionalProperties: false },
      },
      {
        type: 'function',
        name: 'open',
        description: 'Opens.',
        parameters: { type: 'object', properties: { a: { type: 'string' } } },
      },
      {
        type: 'freeform',
        name: 'apply_patch',
        description: 'Patches.',
        grammar: { syntax: 'lark', definition: 'start: "x"' },
        inputProperty: 'input',
      },
    ],
  })
  await ask(request, providerContext({ base_url: server.url }))
  expect(server.requests[0]?.body).toEqual({
    model: 'test-model',
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { type: 'reasoning', summary: [], encrypted_content: 'sealed' },
      { type: 'function_call', name: 'look', arguments: '{}', call_id: 'c1' },
      { type: 'function_call_output', call_id: 'c1', output: 'seen' },
    ],
    tools: [
      {
        type: 'function',
        name: 'look',
        description: 'Looks.',
        strict: true,
        parameters: { type: 'object', properties: {}, additionalProperties: false },
      },
      {
        type: 'function',
        name: 'open',
        description: 'Opens.',
        strict: false,
        parameters: { type: 'object', properties: { a: { type: 'string' } } },
      },
      {
        type: 'custom',
        name: 'apply_patch',
        description: 'Patches.',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
      },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'thread-1',
    text: {
      verbosity: 'low',
      format: { type: 'json_schema', strict: true, name: 'codex_output_schema', schema: { type: 'object' } },
    },
  })
})

test('images of an output are parts behind its text', async () => {
  const server = await serve({ text: 'ok' })
  const image = { type: 'input_image' as const, image_url: 'data:image/png;base64,AA==', detail: 'high' }
  const call = { name: 'view_image', arguments: '{}', call_id: 'c1' }
  const output = { call_id: 'c1', output: 'a.png', images: [image] }
  const input = [
    { type: 'function_call' as const, ...call },
    { type: 'function_call_output' as const, ...output },
  ]
  await ask(modelRequest({ input }), providerContext({ base_url: server.url }))
  expect(server.requests[0]?.body).toMatchObject({
    input: [
      {},
      { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'a.png' }, image] },
    ],
  })
  expect(JSON.stringify(server.requests[0]?.body)).not.toContain('"images"')
})

test('headers and query come from the settings and the key', async () => {
  const server = await serve({ text: 'ok' })
  const settings = {
    base_url: `${server.url}/`,
    query_params: { 'api-version': '2026-01-01' },
    http_headers: { 'x-team': 'blue' },
    env_http_headers: { 'x-project': 'PROJECT', 'x-absent': 'ABSENT' },
  }
  await ask(modelRequest(), providerContext(settings, { key: ' sk-secret\n', env: { PROJECT: 'p-1' } }))
  const [request] = server.requests
  expect(request).toMatchObject({ path: '/v1/responses', query: { 'api-version': '2026-01-01' } })
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer sk-secret',
    originator: 'codex_test',
    'session-id': 'thread-1',
    'thread-id': 'thread-1',
    'x-team': 'blue',
    'x-project': 'p-1',
    accept: 'text/event-stream',
  })
  expect(request?.headers['user-agent']).toMatch(/^codex_test\/1\.2\.3 \(/)
  expect(request?.headers).not.toHaveProperty('x-absent')
})

test('without a key no Authorization goes out; a bearer token of the settings does', async () => {
  const server = await serve({ text: 'ok' }, { text: 'ok' })
  await ask(modelRequest(), providerContext({ base_url: server.url }))
  await ask(modelRequest(), providerContext({ base_url: server.url, experimental_bearer_token: 'token-1' }))
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer token-1'])
})

test('a server that sends items with the end alone is understood', async () => {
  const item = { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'I will not.' }] }
  const event = { type: 'response.completed', response: { output: [item] } }
  const body = `data: ${JSON.stringify(event)}`
  const server = await serve({
    failure: { kind: 'content_type', contentType: 'text/event-stream; charset=utf-8', body },
  })
  const events = await ask(modelRequest(), providerContext({ base_url: server.url }))
  expect(events[0]).toMatchObject({ item: { content: [{ type: 'output_text', text: 'I will not.' }] } })
})

test('an item of a kind that is not known is said and passed over', async () => {
  const item = { type: 'computer_call', id: 'ws_1' }
  const events = [
    { type: 'response.output_item.done', item },
    { type: 'response.something_new', item },
    { type: 'response.completed', response: { usage: null } },
  ]
  const body = events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join('')
  const server = await serve({ failure: { kind: 'content_type', contentType: 'text/event-stream', body } })
  const seen = await ask(modelRequest(), providerContext({ base_url: server.url }))
  expect(seen.map(({ type }) => type)).toEqual(['notice', 'completed'])
  expect(seen[0]).toMatchObject({ message: expect.stringContaining('computer_call') })
})

test('a long answer arrives whole', async () => {
  const server = await serve({ filler: { count: 20_000, size: 52 } })
  const events = await ask(modelRequest(), providerContext({ base_url: server.url }))
  expect(joined(events, 'text_delta')).toHaveLength(1_040_000)
})

test('a catalogue entry stands for models that are not listed', async () => {
  const models = await provider.models(providerContext({ wire_api: 'chat' }), new AbortController().signal)
  expect(models.at(-1)).toMatchObject({ id: '*', freeformTools: false })
  expect(models.some(({ freeformTools }) => freeformTools)).toBe(false)
})

function joined(events: readonly ModelEvent[], type: 'text_delta' | 'reasoning_delta'): string {
  return events.map((event) => (event.type === type ? event.delta : '')).join('')
}
