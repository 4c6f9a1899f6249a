import { expect, test } from 'vitest'
import type { HistoryItem } from '../history.ts'
import { historyTurns, imageData } from './history-turns.ts'

const say = (role: 'developer' | 'user' | 'assistant', text: string): HistoryItem => ({
  type: 'message',
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
})
const call = (id: string, args = '{}'): HistoryItem => ({
  type: 'function_call',
  name: 'look',
  arguments: args,
  call_id: id,
})
const output = (id: string, text: string): HistoryItem => ({ type: 'function_call_output', call_id: id, output: text })
const outline = (input: readonly HistoryItem[]) =>
  historyTurns(input, []).turns.map(({ role, parts }) => [
    role,
    ...parts.map((part) => ('text' in part ? `${part.type} ${part.text}` : part.type === 'call' ? part.id : part.type)),
  ])

test('what was said before the first turn is the system prompt; later it is the user who passes it on', () => {
  const input = [say('developer', 'a'), say('developer', 'b'), say('user', 'hi'), say('developer', 'c')]
  expect(historyTurns(input, []).system).toEqual(['a', 'b'])
  expect(outline(input)).toEqual([['user', 'text hi', 'text <developer>\nc\n</developer>']])
})

test('calls of one answer are one turn, and their results the next, in their order', () => {
  const input = [
    say('user', 'hi'),
    say('assistant', 'Looking.'),
    call('1'),
    call('2'),
    output('2', 'two'),
    output('1', 'one'),
  ]
  expect(outline(input)).toEqual([
    ['user', 'text hi'],
    ['assistant', 'text Looking.', '1', '2'],
    ['user', 'result one', 'result two'],
  ])
})

test('results stand before what the user says behind them', () => {
  const input = [say('user', 'hi'), call('1'), output('1', 'one'), say('user', 'more')]
  expect(outline(input).at(-1)).toEqual(['user', 'result one', 'text more'])
})

test('an interrupted call gets a result that says so, and a result without a call is left out', () => {
  const input = [say('user', 'hi'), output('0', 'lost'), call('1'), say('user', 'again')]
  expect(historyTurns(input, []).turns.at(-1)?.parts).toEqual([
    { type: 'result', id: '1', text: 'The call was interrupted: it has no result.', images: [], failed: true },
    { type: 'text', text: 'again' },
  ])
  expect(outline([say('user', 'hi'), say('assistant', 'Well.'), output('0', 'lost'), say('user', 'and')])).toEqual([
    ['user', 'text hi'],
    ['assistant', 'text Well.'],
    ['user', 'text and'],
  ])
  expect(outline([say('user', 'hi'), call('1')]).at(-1)?.[1]).toContain('interrupted')
})

test('where the model spoke last, the user asks to go on', () => {
  expect(outline([say('user', 'hi'), say('assistant', 'First')]).at(-1)?.[1]).toContain('Go on')
  expect(outline([say('assistant', 'First')])[0]).toEqual(['user', 'text Go on.'])
})

test('arguments that are no JSON, and free text, are told as an object', () => {
  const patch: HistoryItem = { type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin', call_id: '2' }
  const { turns } = historyTurns([say('user', 'hi'), call('1', '{"a":'), patch], [])
  expect(turns[1]?.parts).toMatchObject([
    { input: { unreadable_arguments: '{"a":' } },
    { input: { input: '*** Begin' } },
  ])
})

test('the bytes of a data URL are taken apart, and an address has none', () => {
  const image = (image_url: string) => imageData({ type: 'input_image', image_url })
  expect(image('data:image/png;base64,AAAA')).toEqual({ mediaType: 'image/png', base64: 'AAAA' })
  expect(image('https://example.com/a.png')).toBeUndefined()
})
