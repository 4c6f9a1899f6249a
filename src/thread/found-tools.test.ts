import { expect, test } from 'vitest'
import { threadOfLines } from './thread-record.ts'

const line = (type: string, payload: Record<string, unknown>) => ({ timestamp: '', type, payload })

test('what was found before a compaction is still known', () => {
  const found = threadOfLines([
    line('session_meta', { id: 'x' }),
    line('response_item', { type: 'function_call', name: 'tool_search', arguments: '{}', call_id: 'a' }),
    line('response_item', {
      type: 'function_call_output',
      call_id: 'a',
      output: 'x',
      structured: { found: ['test_map'] },
    }),
    line('response_item', { type: 'function_call', name: 'other', arguments: '{}', call_id: 'b' }),
    line('response_item', {
      type: 'function_call_output',
      call_id: 'b',
      output: 'x',
      structured: { found: ['shell'] },
    }),
    line('compacted', { message: 'summary', replacement_history: [] }),
  ])
  expect(found?.history).toEqual([])
  expect(found?.foundTools).toEqual(['test_map'])
})
