import type { ThreadEvent } from '../../src/plugin-api/index.ts'

const usage = {
  input_tokens: 1,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 2,
  reasoning_output_tokens: 0,
}
const who = { cwd: '/w', model_provider: 'openai', agent: 'reviewer' }
const meta = {
  ...who,
  id: 'thread-1',
  timestamp: 't',
  originator: 'o',
  cli_version: '1',
  source: 'exec',
  thread_source: 'sdk',
  forked_from_id: 'thread-0',
  multi_agent_version: 'v1' as const,
}
const context = {
  ...who,
  turn_id: 'turn-1',
  model: 'm',
  approval_policy: 'never',
  security_profile: 'offline',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: '00f067aa0ba902b7',
  parent_span_id: 'b7ad6b7169203331',
  trace_sampled: false,
} as const
const item = { id: 'item_0', type: 'agent_message', text: 'hello' } as const

/** One event of every type, with every field. */
export const sampleEvents = {
  'thread.started': { type: 'thread.started', thread_id: 'thread-1', meta },
  'turn.started': { type: 'turn.started', turn_id: 'turn-1' },
  'turn.context': { type: 'turn.context', context },
  'item.started': { type: 'item.started', item },
  'item.updated': { type: 'item.updated', item },
  'item.completed': { type: 'item.completed', item },
  'call.failed': { type: 'call.failed', tool: 'nonsense', message: 'there is no such tool' },
  'item.delta': { type: 'item.delta', item_id: 'item_0', delta: 'he' },
  response_item: {
    type: 'response_item',
    item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hello' }] },
  },
  'history.compacted': { type: 'history.compacted', message: 'before', history: [] },
  usage: { type: 'usage', total: usage, last: usage },
  grant: { type: 'grant', grant: { type: 'command', pattern: ['git', ['push', 'fetch']] } },
  span: {
    type: 'span',
    span: {
      span_id: '00f067aa0ba902b7',
      started: '2026-01-02T03:04:05.678Z',
      parent_span_id: 'b7ad6b7169203331',
      duration_ms: 12.5,
      error: 'failed',
      work: { kind: 'tool_call', tool: 'exec_command', call_id: 'call_1' },
    },
  },
  error: { type: 'error', message: 'lost' },
  'turn.completed': { type: 'turn.completed', usage, last_agent_message: 'hello' },
  'turn.failed': { type: 'turn.failed', error: { message: 'lost', code: 'internal', hint: 'again' } },
  'turn.interrupted': { type: 'turn.interrupted', reason: 'interrupted' },
} as const satisfies { [Type in ThreadEvent['type']]: ThreadEvent & { readonly type: Type } }
