import type {
  AgentContent,
  AgentNode,
  GatedAgents,
  ThreadItemBody,
  ToolContext,
  ToolEvent,
} from 'codex-kernel/plugin-api'

/** The path that a target means: itself, or a name below the caller. */
export function pathOf({ path }: GatedAgents, target: string): string {
  return target.startsWith('/') ? target : `${path}/${target}`
}

/** What a model is told of a target that is not there. */
export function notFound(agents: GatedAgents, target: string): Readonly<Record<string, string>> {
  return { 'agents.unknown_target': `live agent path \`${pathOf(agents, target)}\` not found` }
}

/** What an agent is told: sealed, where the model's provider has done that. */
export function contentOf(message: string, { sealed }: Pick<ToolContext, 'sealed'>): AgentContent {
  return sealed?.names.includes('message')
    ? { type: 'encrypted', data: message, provider: sealed.provider }
    : { type: 'text', text: message }
}

type Activity = Extract<ThreadItemBody, { type: 'agent_activity' }>

/** Shows what was done with an agent. */
export function activity(kind: Activity['kind'], { path, threadId, agent, status }: AgentNode): ToolEvent {
  const item = { type: 'agent_activity', kind, path, thread_id: threadId, agent, state: status.state } as const
  return { type: 'item', done: true, item }
}
