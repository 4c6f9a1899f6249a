import { type AgentNode, type GatedAgents, isCodexError, type SpawnRequest } from 'codex-kernel/plugin-api'

/** Roles that models of Codex know without a file. */
const builtInRoles: ReadonlySet<string> = new Set(['default', 'worker', 'explorer'])

/** Begins an agent; a role that Codex has and nobody here does is that of the caller. @throws what `agents.spawn` throws */
export async function spawnAgent(agents: GatedAgents, { agent, ...request }: SpawnRequest): Promise<AgentNode> {
  if (agent === undefined) return await agents.spawn(request)
  try {
    return await agents.spawn({ ...request, agent })
  } catch (error) {
    if (!isCodexError(error) || error.code !== 'usage.unknown_agent' || !builtInRoles.has(agent)) throw error
    return await agents.spawn(request)
  }
}
