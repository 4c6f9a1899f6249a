import type { HistoryItem } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { readResponses } from './read-responses.ts'

type Payload = Readonly<Record<string, unknown>>

/** What is read of these events. */
async function read(payloads: readonly Payload[]) {
  const items: HistoryItem[] = []
  let ended = false
  let error: unknown
  try {
    for await (const event of readResponses(batches(payloads), [])) {
      if (event.type === 'item') items.push(event.item)
      ended = event.type === 'completed'
    }
  } catch (caught) {
    error = caught
  }
  return { items, ended, error }
}

async function* batches(payloads: readonly Payload[]) {
  for (const payload of payloads) yield [payload]
}

const call = { id: 'fc_1', type: 'function_call', name: 'exec_command', call_id: 'c1', arguments: '{"cmd":"ls"}' }
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hello' }],
}
const added = (item: Payload, index = 0) => ({ type: 'response.output_item.added', output_index: index, item })
const done = (item: Payload, index = 0) => ({ type: 'response.output_item.done', output_index: index, item })
const delta = (text: string) => ({ type: 'response.output_text.delta', delta: text })
const ended = (response: Payload = {}, type = 'completed') => ({ type: `response.${type}`, response })

test('an item that comes twice is one', async () => {
  const { items } = await read([done(message), done(message), done(call, 1), done(call, 1), ended()])
  expect(items).toEqual([message, call])
})

test('items that a server gives the same id are each taken', async () => {
  const other = { ...call, call_id: 'c2', arguments: '{"cmd":"pwd"}' }
  expect((await read([done(call), done(other, 1), ended()])).items).toEqual([call, other])
})

test('text whose item never comes is a message, also where the answer is incomplete', async () => {
  const text = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello there' }] }
  const begun = [added({ ...message, content: [] }), delta('Hello '), delta('there')]
  expect(await read([...begun, ended()])).toEqual({ items: [text], ended: true, error: undefined })
  const cut = await read([...begun, ended({ incomplete_details: { reason: 'content_filter' } }, 'incomplete')])
  expect(cut).toMatchObject({ items: [text], ended: false, error: { code: 'provider.response' } })
  expect((await read([delta('Hello'), done(message), ended()])).items).toEqual([message])
})

test('a call that only the response holds is taken, and no message a second time under another id', async () => {
  const output = [
    { ...message, id: 'of a gateway' },
    call,
    { ...call, id: 'fc_2', call_id: 'c2', status: 'incomplete' },
  ]
  expect((await read([done(message), ended({ output })])).items).toEqual([message, call])
  expect((await read([ended({ output: [message, call] })])).items).toEqual([message, call])
  expect((await read([done({ ...call, id: 'other' }), ended({ output: [call] })])).items).toHaveLength(1)
})

test('an answer that ends before a call is whole is broken, and one with another id at its end is not', async () => {
  const { items, error } = await read([added(call), ended()])
  expect({ items, error }).toMatchObject({ items: [], error: { name: 'BrokenStream', code: 'provider.response' } })
  expect(await read([added({ ...call, id: 'begun' }), done(call), ended()])).toMatchObject({
    items: [call],
    ended: true,
  })
})

test.each([
  [{ status: 'failed', error: { code: 'server_error', message: 'no' } }, { name: 'BrokenStream' }],
  [
    { status: 'failed', error: { code: 'invalid_prompt', message: 'no' } },
    { code: 'provider.request', message: 'no' },
  ],
  [
    { status: 'incomplete', incomplete_details: {} },
    { message: 'Incomplete response returned, reason: unknown', hint: 'Try again, or use another model.' },
  ],
])('a completed response that says %j did not end well', async (response, expected) => {
  expect(await read([done(message), ended(response)])).toMatchObject({ ended: false, error: expected })
})

test('usage that is no count is none', async () => {
  const usage = { input_tokens: 1e308, output_tokens: 1.5, output_tokens_details: { reasoning_tokens: -1 } }
  const events = []
  for await (const event of readResponses(batches([done(message), ended({ usage })]), [])) events.push(event)
  expect(events.at(-1)).toMatchObject({ usage: { input_tokens: 0, output_tokens: 0, reasoning_output_tokens: 0 } })
})
