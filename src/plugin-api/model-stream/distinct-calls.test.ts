import { expect, test } from 'vitest'
import type { HistoryItem } from '../history.ts'
import { distinctCalls } from './distinct-calls.ts'

const call = (callId: string, cmd: string, id?: string): HistoryItem => ({
  type: 'function_call',
  name: 'exec_command',
  arguments: JSON.stringify({ cmd }),
  call_id: callId,
  ...(id !== undefined && { id }),
})

test('a call that was sent twice counts once, another one of the same id gets one of its own', () => {
  const sent = [
    call('c1', 'ls', 'fc_1'),
    call('c1', 'ls', 'fc_2'),
    call('c1', 'pwd'),
    call('c1', 'pwd'),
    call('c1', 'id'),
    call('c2', 'ls'),
  ]
  expect(distinctCalls(sent)).toEqual([
    call('c1', 'ls', 'fc_1'),
    call('c1_2', 'pwd'),
    call('c1_3', 'id'),
    call('c2', 'ls'),
  ])
})

test('what is no call stays', () => {
  const message: HistoryItem = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] }
  expect(distinctCalls([message, message])).toEqual([message, message])
})
