import { expect, test } from 'vitest'
import { rolloutTurns } from './rollout-turns.ts'

const line = (type: string, payload: Record<string, unknown>) => ({
  timestamp: '2026-01-02T03:04:05.000Z',
  type,
  payload,
})
const event = (type: string, payload: Record<string, unknown> = {}) => line('event_msg', { type, ...payload })
const asked = (text: string) =>
  line('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
const userMessage = (text: string, way?: string) =>
  event('item_completed', { item: { type: 'UserMessage', id: '1', content: [{ type: 'text', text }], way } })

test('what was said while a turn ran is an item of it, and its prompt stays', () => {
  const turns = rolloutTurns([
    event('task_started', { turn_id: 't1' }),
    asked('do it'),
    userMessage('use the other file', 'steer'),
    asked('use the other file'),
    event('task_complete'),
  ])
  expect(turns).toMatchObject([
    { prompt: 'do it', items: [{ type: 'user_message', text: 'use the other file', way: 'steer' }] },
  ])
})

test('where a turn begins with the history of an earlier thread, its prompt stands behind that', () => {
  const turns = rolloutTurns([
    event('task_started', { turn_id: 't1' }),
    asked('one'),
    asked('two'),
    asked('do it'),
    userMessage('do it', 'steer'),
    asked('do it'),
    event('task_complete'),
  ])
  expect(turns).toMatchObject([{ prompt: 'do it', items: [{ type: 'user_message' }] }])
})

test('a record that names what was said once as an event and once as an item shows it once', () => {
  const turns = rolloutTurns([
    event('task_started', { turn_id: 't1' }),
    asked('do it'),
    event('user_message', { message: 'do it' }),
    userMessage('do it'),
    event('agent_message', { message: 'Working.' }),
    asked('use the other file'),
    event('user_message', { message: 'use the other file' }),
    userMessage('use the other file'),
    event('task_complete'),
  ])
  expect(turns.map(({ prompt }) => prompt)).toEqual(['do it'])
  expect(turns[0]?.items).toMatchObject([
    { type: 'agent_message' },
    { type: 'user_message', text: 'use the other file', way: 'steer' },
  ])
})

test('where no line says that a turn begins, each prompt begins one', () => {
  const turns = rolloutTurns([
    asked('one'),
    event('user_message', { message: 'one' }),
    event('agent_message', { message: 'first' }),
    event('user_message', { message: 'two' }),
    asked('two'),
    event('agent_message', { message: 'second' }),
    asked('three'),
    asked('three and a half'),
    event('task_started', { turn_id: 't4' }),
    asked('four'),
    event('task_complete'),
  ])
  expect(turns).toMatchObject([
    { prompt: 'one', status: 'completed', items: [{ text: 'first' }] },
    { prompt: 'two', status: 'completed', items: [{ text: 'second' }] },
    { prompt: 'three', status: 'completed', items: [] },
    { prompt: 'three and a half', items: [] },
    { id: 't4', prompt: 'four', status: 'completed' },
  ])
})
