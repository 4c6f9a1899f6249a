import type { HistoryItem, ModelRequest, RecordedQuestion } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { modelRequest } from '../../../test/support/provider-context.ts'
import { firstDifference } from './first-difference.ts'

const said = (text: string): HistoryItem => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
const call: HistoryItem = { type: 'function_call', name: 'read_file', arguments: '{}', call_id: 'c1' }
const output = (text: string, more: object = {}): HistoryItem => ({
  type: 'function_call_output',
  call_id: 'c1',
  output: text,
  ...more,
})
const asked = (input: readonly HistoryItem[], more: Partial<ModelRequest> = {}) => modelRequest({ input, ...more })
const recorded = (input: readonly HistoryItem[], more: Partial<RecordedQuestion> = {}): RecordedQuestion => ({
  model: 'test-model',
  input,
  tools: [],
  ...more,
})
const compare = (actual: ModelRequest, expected: RecordedQuestion) =>
  firstDifference(actual, expected, (text) => text.replaceAll('/here', '<<workspace>>'))

test('requests that differ in places alone are the same', () => {
  expect(compare(asked([said('look at /here/src')]), recorded([said('look at <<workspace>>/src')]))).toBeUndefined()
})

test('what no model is sent may differ', () => {
  const now = [call, output('same', { structured: { ms: 1 }, summary: 'a', failed: true })]
  expect(compare(asked(now), recorded([call, output('same', { structured: { ms: 2 } })]))).toBeUndefined()
})

test('the first item that differs is named with its field, its kind and both texts', () => {
  const long = 'x'.repeat(200)
  const now = [said('go'), call, output(`${long}one${long}`)]
  expect(compare(asked(now), recorded([said('go'), call, output(`${long}two${long}`)]))).toEqual({
    path: 'input[2].output',
    what: 'output of read_file',
    expected: `…${'x'.repeat(60)}two${'x'.repeat(57)}…`,
    actual: `…${'x'.repeat(60)}one${'x'.repeat(57)}…`,
  })
})

test.each([
  ['one more item', [said('go'), said('more')], [said('go')], { path: 'input[1]', expected: 'nothing' }],
  [
    'one item less',
    [said('go')],
    [said('go'), call],
    { path: 'input[1]', actual: 'nothing', what: 'call of read_file' },
  ],
  [
    'an item of another kind',
    [call],
    [said('go')],
    { path: 'input[0].type', expected: 'message', actual: 'function_call' },
  ],
  ['an empty text', [said('')], [said('go')], { actual: '(empty)' }],
] as const)('%s differs', (_, now, then, difference) => {
  expect(compare(asked(now), recorded(then))).toMatchObject(difference)
})

test.each([
  ['my key is [redacted].', 'my key is 12345.', true],
  ['[redacted] and [redacted]', 'one and two', true],
  ['[redacted]', '', true],
  ['my key is [redacted].', 'my keys are 12345.', false],
  ['a [redacted] b [redacted] c', 'a 1 c', false],
])('what was taken out of %j fits %j: %s', (then, now, fits) => {
  expect(compare(asked([said(now)]), recorded([said(then)])) === undefined).toBe(fits)
})

test('tools are told apart by name: one that is gone, one that is new, one that takes something else', () => {
  const tool = (name: string, description = 'd') => ({ type: 'function', name, description, parameters: {} }) as const
  const then = recorded([], { tools: [tool('a'), tool('b')] })
  expect(compare(asked([], { tools: [tool('b')] }), then)).toMatchObject({ path: 'tools.a', actual: 'nothing' })
  expect(compare(asked([], { tools: [tool('b'), tool('a'), tool('c')] }), then)).toMatchObject({
    path: 'tools.c',
    expected: 'nothing',
  })
  expect(compare(asked([], { tools: [tool('a'), tool('b', 'e')] }), then)).toMatchObject({
    path: 'tools.b.description',
    expected: 'd',
    actual: 'e',
  })
})
