import type { AgentState } from '../../plugin-api/agent-tree.ts'

/** What may follow a state. What else comes is late: an agent that was closed does not complete any more. */
const next: Readonly<Record<AgentState, readonly AgentState[]>> = {
  pending_init: ['running', 'errored', 'interrupted', 'shutdown'],
  running: ['completed', 'errored', 'interrupted', 'shutdown'],
  completed: ['pending_init', 'shutdown'],
  errored: ['pending_init', 'shutdown'],
  interrupted: ['pending_init', 'shutdown'],
  shutdown: [],
}

/** True where an agent in the one state may come to the other. */
export function mayBecome(from: AgentState, to: AgentState): boolean {
  return next[from].includes(to)
}

/** True for an agent that works on something, or will as soon as there is room. */
export function isAtWork(state: AgentState): boolean {
  return state === 'pending_init' || state === 'running'
}
