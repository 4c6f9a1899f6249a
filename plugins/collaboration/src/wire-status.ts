import type { AgentStatus } from 'codex-kernel/plugin-api'

/** A status as models of Codex know it: a word, or how a turn ended with what was said. */
export function wireStatus({ state, message }: AgentStatus): string | Readonly<Record<string, string | null>> {
  return state === 'completed' || state === 'errored' ? { [state]: message ?? null } : state
}

/** True once an agent does nothing more by itself. */
export function isFinal({ state }: AgentStatus): boolean {
  return state !== 'pending_init' && state !== 'running'
}
