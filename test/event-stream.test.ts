import { expect, test } from 'vitest'
import { eventStreamProblems, expectsEvents } from './support/event-stream-problems.ts'

const started = '{"type":"thread.started","thread_id":"t"}'
const turn = '{"type":"turn.started"}'
const item = (type: string, more: object = {}) =>
  JSON.stringify({ type, item: { id: 'item_0', type: 'agent_message', text: 'hi', ...more } })
const interrupted = '{"type":"turn.interrupted","reason":"interrupted"}'

test('a stream of whole events in their order has no problem', () => {
  expect(eventStreamProblems(`${[started, turn, item('item.completed'), interrupted].join('\n')}\n`)).toEqual([])
})

test.each([
  ['a line that is no JSON', [started, 'warning: x']],
  ['an empty line', [started, '']],
  ['an event without its field', ['{"type":"thread.started"}']],
  ['a field that the schema does not have', [started, '{"type":"turn.started","turn_id":"1"}']],
  ['an item of no known type', [started, turn, item('item.completed', { type: 'thought' })]],
  ['an item without its field', [started, turn, item('item.completed', { text: undefined })]],
  ['another first line', [turn]],
  ['two turns', [started, turn, turn]],
  ['something behind the end', [started, turn, interrupted, item('item.completed')]],
  ['an update of what has not begun', [started, turn, item('item.updated')]],
  ['an item that begins twice', [started, turn, item('item.started'), item('item.started')]],
  ['an item that completes twice', [started, turn, item('item.completed'), item('item.completed')]],
])('the check that every end-to-end test makes sees %s', (_, lines) => {
  expect(eventStreamProblems(`${lines.join('\n')}\n`)).toHaveLength(1)
})

test('the check is made for threads with --json alone', () => {
  expect(expectsEvents(['exec', '--json', 'hi'], started)).toBe(true)
  expect(expectsEvents(['agent', 'x', 'task', '--json'], 'anything')).toBe(true)
  expect(expectsEvents(['/review', '--json'], started)).toBe(true)
  expect(expectsEvents(['/doctor', '--json'], '{"checks":[]}')).toBe(false)
  expect(expectsEvents(['agents', 'list', '--json'], '[]')).toBe(false)
  expect(expectsEvents(['exec', 'hi'], 'hi')).toBe(false)
})
