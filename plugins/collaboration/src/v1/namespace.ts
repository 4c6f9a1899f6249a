import type { ToolNamespace } from 'codex-kernel/plugin-api'

/** The group of the tools that go by the ids of threads. */
export const namespace: ToolNamespace = {
  name: 'multi_agent_v1',
  description: 'Begin other agents, and work with them while they run.',
}
