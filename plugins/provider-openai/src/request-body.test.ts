import type { HistoryItem, ModelRequest, ToolSpec } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { provider } from './provider.ts'

/** Asks the model so often as there are requests, and gives what was sent and what came. */
async function exchange(turns: readonly ModelTurn[], requests: readonly ModelRequest[], wire: 'responses' | 'chat') {
  const server = await startModelServer(turns, { whenSpent: 'repeat' })
  onTestFinished(() => server.close())
  const ctx = providerContext({ base_url: server.url, wire_api: wire })
  const items: HistoryItem[] = []
  for (const request of requests) {
    const events = await collect(provider.stream(request, ctx, new AbortController().signal))
    items.push(...events.flatMap((event) => (event.type === 'item' ? [event.item] : [])))
  }
  return { bodies: server.requests.map(({ body }) => body), items }
}

const events = (wire: readonly object[]): ModelTurn => ({
  failure: {
    kind: 'content_type',
    contentType: 'text/event-stream',
    body: wire.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(''),
  },
})

const shell: ToolSpec = {
  type: 'function',
  name: 'exec_command',
  description: 'Runs a command.',
  parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] },
  localShell: true,
}
const user = (text: string): HistoryItem => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })

test('the second request of a thread begins with the bytes of the first', async () => {
  const reasoning: HistoryItem = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' }
  const call: HistoryItem = { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}', call_id: 'c1' }
  const output: HistoryItem = {
    type: 'function_call_output',
    call_id: 'c1',
    output: 'a',
    summary: '1 line',
    structured: {},
  }
  const first = [user('hi')]
  for (const wire of ['responses', 'chat'] as const) {
    const requests = [first, [...first, reasoning, call, output]].map((input) =>
      modelRequest({ input, tools: [shell] }),
    )
    const { bodies } = await exchange([{ text: 'ok' }], requests, wire)
    const key = wire === 'chat' ? 'messages' : 'input'
    const [before, after] = bodies.map((body) => JSON.stringify(body))
    // What is before the history, and the history itself up to its last bracket.
    const shared = before?.slice(0, before.indexOf(']', before.indexOf(`"${key}"`)) + 1).replace(/\}\]$/, '}') ?? ''
    expect(shared).toContain(`"${key}":[`)
    expect(after?.startsWith(shared)).toBe(true)
    const rest = (body: Record<string, unknown> | undefined) => ({ ...body, [key]: undefined })
    expect(rest(bodies[1])).toEqual(rest(bodies[0]))
  }
})

test('sealed reasoning goes back, and what is ours does not', async () => {
  const input: HistoryItem[] = [
    user('hi'),
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'why' }], encrypted_content: 'sealed' },
    { type: 'function_call', name: 'x', arguments: '{}', call_id: 'c1', id: 'fc_1' },
    { type: 'function_call_output', call_id: 'c1', output: 'a', summary: '1 line', structured: { b: 1 }, failed: true },
  ]
  const { bodies } = await exchange([{ text: 'ok' }], [modelRequest({ input })], 'responses')
  expect(bodies[0]?.input).toEqual([
    user('hi'),
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'why' }], encrypted_content: 'sealed' },
    { type: 'function_call', name: 'x', arguments: '{}', call_id: 'c1' },
    { type: 'function_call_output', call_id: 'c1', output: 'a' },
  ])
  expect(bodies[0]).toMatchObject({
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'thread-1',
  })
})

test('a model with a shell of its own is offered it; its calls are calls of the shell tool and go back as they came', async () => {
  const action = { type: 'exec', command: ['bash', '-lc', 'ls *.ts'], working_directory: '/tmp', env: { A: "it's" } }
  const call = { type: 'local_shell_call', id: 'lsh_1', call_id: 'c1', status: 'completed', action }
  const plain = { ...call, call_id: 'c2', action: { type: 'exec', command: ['echo', 'a b'], env: {} } }
  const wire = [call, plain].map((item) => ({ type: 'response.output_item.done', item }))
  const turn = events([...wire, { type: 'response.completed', response: {} }])
  const info = { modelInfo: { id: 'codex-mini-latest', localShell: true }, tools: [shell] }
  const { items } = await exchange([turn], [modelRequest(info)], 'responses')
  expect(
    items.map((item) => (item.type === 'function_call' ? [item.name, JSON.parse(item.arguments)] : item.type)),
  ).toEqual([
    ['exec_command', { cmd: `export A='it'\\''s'; ls *.ts`, workdir: '/tmp', shell: 'bash', login: true }],
    ['exec_command', { cmd: "echo 'a b'" }],
  ])
  const output: HistoryItem = { type: 'function_call_output', call_id: 'c1', output: 'a.ts' }
  const { bodies } = await exchange(
    [{ text: 'ok' }],
    [modelRequest({ ...info, input: [...items.slice(0, 1), output] })],
    'responses',
  )
  expect(bodies[0]).toMatchObject({
    tools: [{ type: 'local_shell' }],
    input: [{ type: 'local_shell_call', call_id: 'c1', status: 'completed', action }, output],
  })
})

test('a model without one gets the shell tool as a function', async () => {
  const { bodies } = await exchange([{ text: 'ok' }], [modelRequest({ tools: [shell] })], 'responses')
  expect(bodies[0]?.tools).toMatchObject([{ type: 'function', name: 'exec_command' }])
})

test('a schema that allows it is sent as strict, another one is not', async () => {
  const tool = (name: string, parameters: Record<string, unknown>): ToolSpec => ({
    ...{ type: 'function', name, description: '', parameters },
  })
  const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
  const open = { type: 'object', properties: { a: { type: 'string' } } }
  const tools = [tool('strict', closed), tool('loose', open)]
  const { bodies } = await exchange([{ text: 'ok' }], [modelRequest({ tools })], 'responses')
  expect(bodies[0]?.tools).toEqual([
    { type: 'function', name: 'strict', description: '', strict: true, parameters: closed },
    { type: 'function', name: 'loose', description: '', strict: false, parameters: open },
  ])
  const chat = await exchange([{ text: 'ok' }], [modelRequest({ tools })], 'chat')
  expect(chat.bodies[0]?.tools).toMatchObject([{ function: { strict: true } }, { function: { name: 'loose' } }])
})

test('arguments that were cut off do not go back to a chat server as they are', async () => {
  const input: HistoryItem[] = [user('hi'), { type: 'function_call', name: 'x', arguments: '{"a":"b', call_id: 'c1' }]
  const { bodies } = await exchange([{ text: 'ok' }], [modelRequest({ input })], 'chat')
  expect(bodies[0]?.messages).toMatchObject([
    {},
    { tool_calls: [{ function: { arguments: '{"unreadable":"{\\"a\\":\\"b"}' } }] },
  ])
})

test('chat servers that repeat names, leave indexes out or say what they wrote to the cache are understood', async () => {
  const piece = (id: string | undefined, text: string, name?: string) => ({
    choices: [{ delta: { tool_calls: [{ ...(id && { id }), function: { ...(name && { name }), arguments: text } }] } }],
  })
  const usage = {
    prompt_tokens: 9,
    prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 4 },
    completion_tokens: 2,
  }
  const turn = events([
    piece('a', '{"x"', 'read'),
    piece('a', ':1}', 'read'),
    piece('b', '{"y":2}', 'list'),
    { choices: [{ delta: {}, finish_reason: 'tool_calls' }], usage },
  ])
  const server = await startModelServer([turn])
  onTestFinished(() => server.close())
  const ctx = providerContext({ base_url: server.url, wire_api: 'chat' })
  const seen = await collect(provider.stream(modelRequest(), ctx, new AbortController().signal))
  expect(seen).toMatchObject([
    { item: { name: 'read', arguments: '{"x":1}', call_id: 'a' } },
    { item: { name: 'list', arguments: '{"y":2}', call_id: 'b' } },
    { usage: { input_tokens: 9, cached_input_tokens: 3, cache_write_input_tokens: 4, output_tokens: 2 } },
  ])
})

test('images go to both APIs with their detail, those of tools behind the last output of a round', async () => {
  const image = (detail: string) => ({ type: 'input_image' as const, image_url: 'data:image/png;base64,AA==', detail })
  const input: HistoryItem[] = [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }, image('original')] },
    { type: 'function_call', name: 'view_image', arguments: '{}', call_id: 'c1' },
    { type: 'function_call', name: 'view_image', arguments: '{}', call_id: 'c2' },
    { type: 'function_call_output', call_id: 'c1', output: 'first', images: [image('low')] },
    { type: 'function_call_output', call_id: 'c2', output: 'second' },
  ]
  const responses = await exchange([{ text: 'ok' }], [modelRequest({ input })], 'responses')
  expect(responses.bodies[0]?.input).toMatchObject([
    { content: [{ text: 'look' }, { type: 'input_image', detail: 'original' }] },
    {},
    {},
    {
      output: [
        { type: 'input_text', text: 'first' },
        { type: 'input_image', detail: 'low' },
      ],
    },
    { output: 'second' },
  ])
  const chat = await exchange([{ text: 'ok' }], [modelRequest({ input })], 'chat')
  expect(chat.bodies[0]?.messages).toMatchObject([
    { role: 'user', content: [{ text: 'look' }, { type: 'image_url', image_url: { detail: 'high' } }] },
    { role: 'assistant', tool_calls: [{}, {}] },
    { role: 'tool', content: 'first' },
    { role: 'tool', content: 'second' },
    { role: 'user', content: [{ type: 'text' }, { type: 'image_url', image_url: { detail: 'low' } }] },
  ])
})
