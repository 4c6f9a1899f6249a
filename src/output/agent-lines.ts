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

const verbs = {
  finding: 'tells a finding to',
  question: 'asks',
  answer: 'answers',
  suggestion: 'suggests to',
  result: 'gives a result to',
} as const

/** What an agent said to others, in a line: `/root/tests asks /root/code: Which port?`. */
export function teamMessageLine({
  author,
  kind,
  recipients,
  text,
}: Omit<Extract<ThreadItem, { type: 'team_message' }>, 'id' | 'type'>): string {
  return `${author} ${verbs[kind]} ${recipients.join(', ')}: ${text}`
}
