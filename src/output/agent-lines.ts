import type { ThreadItem } from '../plugin-api/index.ts'

/** What was done with other agents, in a line: `spawn_agent: Look at the parser`, `wait 0197…: completed, Done.`. */
export function agentCallLine({
  tool,
  receiver_thread_ids: receivers,
  prompt,
  agents_states: states,
  status,
}: Omit<Extract<ThreadItem, { type: 'collab_tool_call' }>, 'id' | 'type'>): string {
  const said = prompt === null ? '' : `: ${prompt}`
  const now = receivers.map((id) => {
    const { status: state, message } = states[id] ?? {}
    return [id, [state, message].filter(Boolean).join(', ')].filter(Boolean).join(': ')
  })
  const failed = status === 'failed' ? ' (failed)' : ''
  return `${[tool, now.join('; ')].filter(Boolean).join(' ')}${said}${failed}`
}

/** What became of an agent, in a line: `/root/tests (test-engineer) started`. */
export function agentActivityLine({
  path,
  agent,
  kind,
  state,
}: Omit<Extract<ThreadItem, { type: 'agent_activity' }>, 'id' | 'type'>): string {
  return `${path} (${agent}) ${kind}, now ${state}`
}
