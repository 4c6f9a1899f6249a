import { expect, test } from 'vitest'
import { collect } from '../../test/support/collect.ts'
import type { ThreadEvent } from '../plugin-api/index.ts'
import { createValueRedactor } from '../security/redact.ts'
import { redactEvents } from './redact-events.ts'

const key = 'key-5e4d3c2b1a0f9e8d'

async function* stream(events: readonly ThreadEvent[]) {
  yield* events
}

const redacted = (events: readonly ThreadEvent[], secrets: readonly string[] = [key]) =>
  collect(redactEvents(stream(events), createValueRedactor({}, secrets)))

test('a credential in any text of an event is taken out, and all else stays', async () => {
  const events: readonly ThreadEvent[] = [
    { type: 'thread.started', thread_id: 't' },
    { type: 'response_item', item: { type: 'function_call', name: 'x', call_id: 'c', arguments: `{"a":"${key}"}` } },
    { type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: `it is ${key}.` } },
    { type: 'turn.failed', error: { message: `no ${key}`, code: 'provider.request' } },
  ]
  const shown = await redacted(events)
  expect(JSON.stringify(shown)).not.toContain(key)
  expect(shown[0]).toBe(events[0])
  expect(shown[2]).toEqual({
    ...{ type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: 'it is [redacted].' } },
  })
})

test('a credential that comes in pieces is never shown in halves, and nothing else is lost', async () => {
  const pieces = ['the ke', 'y is ', key.slice(0, 7), key.slice(7, 12), `${key.slice(12)}, `, 'keep', ' it']
  const deltas = pieces.map((delta): ThreadEvent => ({ type: 'item.delta', item_id: 'item_0', delta }))
  const shown = await redacted([...deltas, { type: 'turn.interrupted', reason: 'interrupted' }])
  const text = shown.map((event) => (event.type === 'item.delta' ? event.delta : '')).join('')
  expect(text).toBe('the key is [redacted], keep it')
  expect(shown.at(-1)?.type).toBe('turn.interrupted')
})

test('a word without an end does not grow in memory', async () => {
  const deltas = Array.from(
    { length: 10 },
    (): ThreadEvent => ({ type: 'item.delta', item_id: 'i', delta: 'x'.repeat(1000) }),
  )
  const shown = await redacted(deltas)
  expect(shown.length).toBeGreaterThan(0)
})

test('a secret with white space that comes in pieces is never shown in halves', async () => {
  const pieces = ['say corr', 'ect ', 'horse ', 'battery; ', 'correct ', 'answer']
  const deltas = pieces.map((delta): ThreadEvent => ({ type: 'item.delta', item_id: 'item_0', delta }))
  const shown = await redacted([...deltas, { type: 'turn.interrupted', reason: 'x' }], ['correct horse battery'])
  const texts = shown.map((event) => (event.type === 'item.delta' ? event.delta : ''))
  expect(texts.join('')).toBe('say [redacted]; correct answer')
})
