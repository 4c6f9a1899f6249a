import type { ModelEvent, ModelRequest } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { provider } from './provider.ts'

async function ask(turn: ModelTurn, request: ModelRequest = modelRequest()) {
  const server = await startModelServer([turn])
  onTestFinished(() => server.close())
  const ctx = providerContext({ base_url: server.url, wire_api: 'chat' }, { key: 'sk-1' })
  const stream = provider.stream(request, ctx, new AbortController().signal)
  return { server, stream }
}

const itemsOf = (events: readonly ModelEvent[]) =>
  events.flatMap((event) => (event.type === 'item' ? [event.item] : []))

test('an answer of Chat Completions comes in the shapes of the Responses API', async () => {
  const { server, stream } = await ask({
    reasoning: 'why',
    text: 'Hello there',
    deltaSize: 3,
    calls: [
      { name: 'read_file', arguments: { path: 'a.ts' } },
      { name: 'list_dir', arguments: {} },
    ],
    usage: { input: 10, cached: 4, output: 5, reasoning: 2 },
  })
  const events = await collect(stream)
  expect(server.requests[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-1' } })
  expect(itemsOf(events)).toEqual([
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'why' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello there' }] },
    { type: 'function_call', name: 'read_file', arguments: '{"path":"a.ts"}', call_id: 'call_1_0' },
    { type: 'function_call', name: 'list_dir', arguments: '{}', call_id: 'call_1_1' },
  ])
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

test('the history becomes messages, with the calls of one answer in one of them', async () => {
  const { server, stream } = await ask(
    { text: 'ok' },
    modelRequest({
      reasoning: { effort: 'low' },
      outputSchema: { type: 'object' },
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA==' },
          ],
        },
        { type: 'reasoning', summary: [] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        { type: 'function_call', name: 'look', arguments: '{"a":1}', call_id: 'c1' },
        { type: 'custom_tool_call', name: 'apply_patch', input: 'patch', call_id: 'c2' },
        { type: 'function_call_output', call_id: 'c1', output: 'seen', structured: { ours: true } },
        { type: 'custom_tool_call_output', call_id: 'c2', output: 'done' },
      ],
      tools: [
        {
          type: 'freeform',
          name: 'apply_patch',
          description: 'Patches.',
          grammar: { syntax: 'lark', definition: 'start: "x"' },
          inputProperty: 'patch',
        },
      ],
    }),
  )
  await collect(stream)
  expect(server.requests[0]?.body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
    tool_choice: 'auto',
    reasoning_effort: 'low',
    response_format: { type: 'json_schema', json_schema: { name: 'codex_output_schema', strict: true } },
    tools: [{ type: 'function', function: { name: 'apply_patch', parameters: { required: ['patch'] } } }],
  })
  expect(server.requests[0]?.body.messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
      ],
    },
    {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
        { id: 'c2', type: 'function', function: { name: 'apply_patch', arguments: '{"patch":"patch"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'seen' },
    { role: 'tool', tool_call_id: 'c2', content: 'done' },
  ])
})

test('an answer that comes as one whole chunk is read like the rest', async () => {
  const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } })
  const message = { role: 'assistant', content: 'Hello', tool_calls: [call('a', 'look'), call('b', 'list_dir')] }
  const data = JSON.stringify({ choices: [{ message, finish_reason: 'tool_calls' }] })
  const { stream } = await ask({ failure: { kind: 'malformed', afterEvents: 0, data } })
  expect(itemsOf(await collect(stream))).toEqual([
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
    { type: 'function_call', name: 'look', arguments: '{}', call_id: 'a' },
    { type: 'function_call', name: 'list_dir', arguments: '{}', call_id: 'b' },
  ])
})

test('without tools nothing about tools is sent', async () => {
  const { server, stream } = await ask({ text: 'ok' })
  await collect(stream)
  expect(Object.keys(server.requests[0]?.body ?? {}).sort()).toEqual(['messages', 'model', 'stream', 'stream_options'])
})

test.each([
  [
    { kind: 'incomplete', reason: 'length' },
    'provider.response',
    'Incomplete response returned, reason: max_output_tokens',
  ],
  [
    { kind: 'incomplete', reason: 'content_filter' },
    'provider.response',
    'Incomplete response returned, reason: content_filter',
  ],
  [{ kind: 'error', code: 'invalid_prompt', message: 'no' }, 'provider.request', 'no'],
  [
    { kind: 'close', afterEvents: 2 },
    'provider.unreachable',
    'stream disconnected before completion: stream closed before the answer had an end',
  ],
  [
    { kind: 'malformed', afterEvents: 1, data: '{"choices":7}' },
    'provider.response',
    'stream disconnected before completion: the provider sent a chunk that cannot be read',
  ],
  [
    {
      kind: 'malformed',
      afterEvents: 0,
      data: '{"choices":[{"delta":{"function_call":{"name":"look"}},"finish_reason":"function_call"}]}',
    },
    'provider.response',
    'stream disconnected before completion: the answer ended with a call of a tool, and holds none',
  ],
] as const)('the failure %j is told', async (failure, code, message) => {
  const { stream } = await ask({ text: 'abc', failure })
  await expect(collect(stream)).rejects.toMatchObject({ code, message })
})
