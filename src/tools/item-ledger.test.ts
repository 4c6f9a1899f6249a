import { expect, test } from 'vitest'
import type { ThreadItemBody } from '../plugin-api/index.ts'
import { createItemLedger } from './item-ledger.ts'

const command = (status: 'in_progress' | 'completed'): ThreadItemBody => ({
  type: 'command_execution',
  command: 'true',
  aggregated_output: '',
  exit_code: status === 'completed' ? 0 : null,
  status,
})
const plan = (completed: boolean): ThreadItemBody => ({ type: 'todo_list', items: [{ text: 'a', completed }] })

test('ids count in order of first appearance, and a key keeps its own until it completes', () => {
  const ledger = createItemLedger()
  const events = [
    ledger.record('a', command('in_progress'), false),
    ledger.add({ type: 'notice', message: 'n' }),
    ledger.record('a', command('in_progress'), false),
    ledger.record('a', command('completed'), true),
    ledger.record('a', command('in_progress'), false),
  ]
  expect(events.map((event) => [event.type, event.item.id])).toEqual([
    ['item.started', 'item_0'],
    ['item.completed', 'item_1'],
    ['item.updated', 'item_0'],
    ['item.completed', 'item_0'],
    ['item.started', 'item_2'],
  ])
})

test('items without a beginning complete at once, with the id that their text so far was shown under', () => {
  const ledger = createItemLedger()
  expect(ledger.delta('m', 'He')).toEqual({ type: 'item.delta', item_id: 'item_0', delta: 'He' })
  const event = ledger.record('m', { type: 'agent_message', text: 'Hello' }, false)
  expect(event).toEqual({ type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: 'Hello' } })
  expect(ledger.record('m', { type: 'agent_message', text: 'Again' }, true).item.id).toBe('item_1')
})

test('the first whole item after text of it starts it', () => {
  const ledger = createItemLedger()
  ledger.delta('c', 'x')
  expect(ledger.record('c', command('in_progress'), false).type).toBe('item.started')
})

test('the end of the turn completes its plan and leaves a running command as it is', () => {
  const ledger = createItemLedger()
  ledger.record('turn:plan', plan(false), false)
  ledger.record('call_0', command('in_progress'), false)
  expect(ledger.record('turn:plan', plan(true), false).type).toBe('item.updated')
  expect(ledger.closeTurn()).toEqual([{ type: 'item.completed', item: { id: 'item_0', ...plan(true) } }])
  expect(ledger.closeTurn()).toEqual([])
  expect(ledger.record('turn:plan', plan(false), false)).toMatchObject({ type: 'item.started', item: { id: 'item_2' } })
})

test('what a call left open is completed as failed, and no other call is touched', () => {
  const ledger = createItemLedger()
  const [one, other] = [ledger.newScope(), ledger.newScope()]
  expect(one).not.toBe(other)
  ledger.record(one, command('in_progress'), false)
  ledger.record(`${one}:second`, command('in_progress'), false)
  ledger.record(other, command('in_progress'), false)
  expect(ledger.failOpen(one)).toMatchObject([
    { type: 'item.completed', item: { id: 'item_0', status: 'failed' } },
    { type: 'item.completed', item: { id: 'item_1', status: 'failed' } },
  ])
  expect(ledger.record(other, command('completed'), true).item.id).toBe('item_2')
})

test('a question that nobody answers is resolved without an answer, and a review that ends before it says anything is aborted', () => {
  const ledger = createItemLedger()
  const about = { request_id: 'r', thread_id: 't', agent_path: [], action: { kind: 'tool', tool: 'x' } } as const
  const why = { reason: 'because', layer: 'profile p', rule: 'ask', decisions: ['once', 'deny'] } as const
  ledger.record('turn:question', { type: 'approval', ...about, ...why, status: 'requested' }, false)
  ledger.record(
    'turn:review',
    { type: 'review', ...about, review_id: 'v', status: 'in_progress', risk_line: 80 },
    false,
  )
  expect(ledger.failAll()).toMatchObject([
    { type: 'item.completed', item: { type: 'approval', status: 'resolved' } },
    { type: 'item.completed', item: { type: 'review', status: 'aborted' } },
  ])
})
