import type { ThreadItem } from '../../plugin-api/index.ts'
import { threadItemSchema } from '../../plugin-api/thread-item.ts'

type Payload = Readonly<Record<string, unknown>>

/** A call about other agents, as records have it; a notice where it says what this version does not know. */
export function agentCallOf(item: Payload, id: string): ThreadItem {
  const { tool, status, sender_thread_id, receiver_thread_ids, prompt = null } = item
  const states = typeof item.agents_states === 'object' && item.agents_states !== null ? item.agents_states : {}
  const agents_states = Object.fromEntries(Object.entries(states).map(([thread, state]) => [thread, stateOf(state)]))
  const own = threadItemSchema.safeParse({
    ...{ id, type: 'collab_tool_call', sender_thread_id, receiver_thread_ids, prompt, agents_states, status },
    // Codex keeps by its own name what it shows as a wait.
    tool: tool === 'resume_agent' ? 'wait' : tool,
  })
  return own.success ? own.data : unknown(id, `agents: ${String(tool)}`)
}

/** What became of an agent, as records have it; Codex' say neither whose it is nor what it is about. */
export function activityOf(item: Payload, id: string): ThreadItem {
  const { kind, agent_path: path, agent_thread_id: thread_id, agent = '', state } = item
  const own = threadItemSchema.safeParse({ id, type: 'agent_activity', kind, path, thread_id, agent, state })
  return own.success ? own.data : unknown(id, `Agent ${String(path)}: ${String(kind)}`)
}

/** A word, or a table with the word and what was said. */
function stateOf(state: unknown): { readonly status: unknown; readonly message: unknown } {
  if (typeof state !== 'object' || state === null) return { status: state, message: null }
  const [[status, message] = []] = Object.entries(state)
  return { status, message: message ?? null }
}

function unknown(id: string, message: string): ThreadItem {
  return { id, type: 'notice', message }
}
