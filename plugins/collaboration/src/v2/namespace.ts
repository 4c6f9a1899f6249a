import type { ToolNamespace } from 'codex-kernel/plugin-api'

/** The group of the tools that go by the paths of agents. */
export const namespace: ToolNamespace = {
  name: 'collaboration',
  description: 'Begin other agents, and work with them while they run.',
}
