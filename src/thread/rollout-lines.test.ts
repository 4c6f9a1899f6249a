import { expect, test } from 'vitest'
import type { HistoryItem, ThreadEvent } from '../plugin-api/index.ts'
import { noUsage } from './no-usage.ts'
import { type RolloutLine, rolloutPayloads } from './rollout-lines.ts'
import { threadOfLines } from './thread-record.ts'

const line = (type: string, payload: object): RolloutLine => ({
  timestamp: '2026-01-01T00:00:00.000Z',
  type,
  payload: { ...payload },
})
const meta = line('session_meta', { id: 'thread-1', cwd: '/w' })
const item = (payload: HistoryItem) => line('response_item', payload)
const call = (id: string): HistoryItem => ({ type: 'function_call', call_id: id, name: 'shell', arguments: '{}' })
const output = (id: string): HistoryItem => ({ type: 'function_call_output', call_id: id, output: `gave ${id}` })
const message: HistoryItem = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'between' }],
}

test('what an event leaves in the record is read back as it was', () => {
  const events: readonly ThreadEvent[] = [
    {
      type: 'thread.started',
      thread_id: 'thread-1',
      meta: {
        id: 'thread-1',
        timestamp: 't',
        cwd: '/w',
        originator: 'o',
        cli_version: '1',
        source: 'exec',
        model_provider: 'p',
      },
    },
    { type: 'turn.started' },
    { type: 'response_item', item: message },
    { type: 'item.delta', item_id: 'item_0', delta: 'x' },
    { type: 'usage', total: { ...noUsage, input_tokens: 3 }, last: { ...noUsage, input_tokens: 1 } },
    { type: 'turn.completed', usage: { ...noUsage, input_tokens: 3 }, last_agent_message: 'between' },
  ]
  const lines = events
    .flatMap((event) => rolloutPayloads(event, 'turn-1'))
    .map(({ type, payload }) => line(type, payload))
  expect(lines.map(({ type, payload }) => [type, payload.type])).toEqual([
    ['session_meta', undefined],
    ['event_msg', 'task_started'],
    ['response_item', 'message'],
    ['event_msg', 'token_count'],
    ['event_msg', 'task_complete'],
  ])
  expect(threadOfLines(lines)).toMatchObject({
    meta: { id: 'thread-1', cwd: '/w' },
    history: [message],
    usage: { input_tokens: 3, output_tokens: 0 },
  })
})

test('lines without a session_meta first are no thread', () => {
  expect(threadOfLines([item(message)])).toBeUndefined()
  expect(threadOfLines([line('session_meta', { id: 7 })])).toBeUndefined()
  expect(threadOfLines([])).toBeUndefined()
})

test('lines and items of unknown kinds are passed over, and missing fields have values', () => {
  const lines = [meta, line('world_state', { a: 1 }), line('response_item', { type: 'no_such_item' }), item(message)]
  expect(threadOfLines([...lines, line('event_msg', { type: 'token_count', info: null })])).toMatchObject({
    meta: { id: 'thread-1', originator: '', cli_version: '' },
    history: [message],
    usage: noUsage,
  })
})

test('a call without an answer gets one, where it stands', () => {
  const history = threadOfLines([meta, item(call('a')), item(call('b')), item(output('a'))])?.history
  expect(history).toEqual([
    call('a'),
    call('b'),
    { type: 'function_call_output', call_id: 'b', output: 'interrupted before it ended' },
    output('a'),
  ])
})

test('images of an output are kept, and an output of parts, as Codex writes it, is read', () => {
  const image = { type: 'input_image' as const, image_url: 'data:image/png;base64,AA==', detail: 'high' }
  const own: HistoryItem = { type: 'function_call_output', call_id: 'a', output: 'two', images: [image] }
  const parts = [{ type: 'input_text', text: 'two' }, image]
  const read = (payload: object) => threadOfLines([meta, item(call('a')), line('response_item', payload)])?.history[1]
  expect(read(own)).toEqual(own)
  expect(read({ ...own, images: undefined, output: parts })).toEqual(own)
})

test('answers that came side by side stand in the order of their calls', () => {
  const calls = ['a', 'b', 'c'].map((id) => item(call(id)))
  const history = threadOfLines([
    meta,
    ...calls,
    item(message),
    item(output('c')),
    item(output('a')),
    item(output('b')),
  ])
  expect(history?.history.slice(3)).toEqual([message, output('a'), output('b'), output('c')])
})

test('a compaction replaces what was before it, and what follows stands behind it', () => {
  const summary: HistoryItem = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'so far' }] }
  const compacted = rolloutPayloads({ type: 'history.compacted', message: 'so far', history: [summary] }, 'turn-1')
  const lines = compacted.map(({ type, payload }) => line(type, payload))
  const record = threadOfLines([meta, item(call('a')), item(output('a')), ...lines, item(message)])
  expect(record?.history).toEqual([summary, message])
})

test('a compaction that kept its summary alone leaves what was asked, then the summary', () => {
  const asked: HistoryItem = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'question' }] }
  const summary = { ...asked, content: [{ type: 'input_text', text: 'so far' }] }
  const record = threadOfLines([meta, item(asked), item(message), line('compacted', { message: 'so far' })])
  expect(record?.history).toEqual([asked, summary])
})

test('a count of tokens that says nothing does not forget what was counted', () => {
  const counted = { type: 'token_count', info: { total_token_usage: { input_tokens: 7 } } }
  const nothing = { type: 'token_count', info: null }
  expect(threadOfLines([meta, line('event_msg', counted), line('event_msg', nothing)])?.usage.input_tokens).toBe(7)
})

test('the last turn says which model and which usage', () => {
  const usage = (tokens: number) =>
    line('event_msg', { type: 'token_count', info: { total_token_usage: { input_tokens: tokens } } })
  const record = threadOfLines([
    meta,
    line('turn_context', { model: 'one' }),
    usage(1),
    line('turn_context', { model: 'two' }),
    usage(2),
  ])
  expect(record).toMatchObject({ model: 'two', usage: { ...noUsage, input_tokens: 2 }, nextOrdinal: 5 })
})
