import type { ThreadItem, ThreadItemBody } from '../../src/plugin-api/index.ts'

/** One finished item of every type, with this text wherever somebody else's text may stand. */
export function sampleItems(text: string): readonly ThreadItem[] {
  const bodies: { readonly [Type in ThreadItemBody['type']]: ThreadItemBody & { readonly type: Type } } = {
    agent_message: { type: 'agent_message', text },
    reasoning: { type: 'reasoning', text },
    command_execution: {
      type: 'command_execution',
      command: `/bin/bash -lc '${text}'`,
      aggregated_output: text,
      exit_code: 1,
      status: 'failed',
    },
    file_change: { type: 'file_change', changes: [{ path: `/ws/${text}`, kind: 'update' }], status: 'completed' },
    mcp_tool_call: {
      type: 'mcp_tool_call',
      server: text,
      tool: text,
      arguments: { [text]: text },
      result: null,
      error: { message: text },
      status: 'failed',
    },
    todo_list: { type: 'todo_list', items: [{ text, completed: true }] },
    collab_tool_call: {
      type: 'collab_tool_call',
      tool: 'wait',
      sender_thread_id: text,
      receiver_thread_ids: [text],
      prompt: text,
      agents_states: { [text]: { status: 'errored', message: text } },
      status: 'failed',
    },
    agent_activity: {
      ...{ type: 'agent_activity', kind: 'started', path: text, thread_id: text, agent: text, state: 'running' },
    },
    team_message: {
      ...{ type: 'team_message', message_id: 'm1', kind: 'question', author: text, recipients: [text], text },
      in_reply_to: 'm0',
    },
    web_search: { type: 'web_search', query: text },
    error: { type: 'error', message: text },
    tool_call: { type: 'tool_call', tool: text, arguments: { [text]: [text] }, summary: text, status: 'completed' },
    denial: {
      type: 'denial',
      action: { kind: 'tool', tool: text },
      reason: text,
      layer: text,
      rule: text,
      file: text,
      line: 1,
      hint: text,
    },
    approval: {
      type: 'approval',
      ...{ request_id: '1', thread_id: '2', agent_path: [text, text], action: { kind: 'tool', tool: text } },
      ...{ reason: text, layer: text, rule: text, file: text, line: 1, decisions: ['once', 'deny'] },
      proposals: [{ form: 'prefix', decisions: ['session'], rules: [{ rule: text, matches: [text] }] }],
      ...{ status: 'resolved', decision: 'session', proposal: 'prefix', by: 'agent', review_id: '3' },
    },
    review: {
      type: 'review',
      ...{ review_id: '3', request_id: '1', thread_id: '2', agent_path: [text, text] },
      ...{ action: { kind: 'tool', tool: text }, status: 'denied', risk: 90, risk_line: 80, reason: text },
    },
    finding: {
      type: 'finding',
      finding: {
        ...{ rule: text, severity: 'high', confidence: 'high', message: text, file: text, fingerprint: '1' },
        range: { start: { line: 1, column: 3 }, end: { line: 1, column: 4 } },
        ...{ cwe: [], owasp: [], flow: [], references: [] },
      },
    },
    task: { type: 'task', task_id: text, title: text, agent: text, state: 'failed', attempt: 2, reason: text },
    activation: {
      type: 'activation',
      agent: text,
      score: 0.5,
      reasons: [text],
      suggestions: [{ agent: text, score: 0.1 }],
    },
    context_compaction: { type: 'context_compaction', replaced_items: 2, summary: text },
    model_switch: {
      type: 'model_switch',
      from: { provider: text, model: text },
      to: { provider: text, model: text },
      reason: text,
    },
    budget_warning: { type: 'budget_warning', scope: text, measure: 'tokens', used: 1, limit: 2 },
    notice: { type: 'notice', message: text },
    user_message: { type: 'user_message', text, way: 'steer' },
  }
  return Object.values(bodies).map((body, index) => ({ id: `item_${index}`, ...body }))
}
