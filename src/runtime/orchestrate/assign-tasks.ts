import type { AssignedTask } from '../../orchestration/run-plan.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { AgentDefinition, Definition, Task } from '../../plugin-api/index.ts'
import { agentsOfRole, nearestRoles } from './agents-of-role.ts'

/**
 * Who takes each task: the agent that it names, or the one that has its role as id or alias, whatever the case and the signs between words
 * (`CodeExpert` is `code-expert`). Of several the one of that id comes first, then those with the alias, in the order of `agents`; each takes the
 * task once the one before has spent its retries. A role that nobody has leaves its tasks without an agent.
 *
 * @param agentNamed @throws CodexError for one that is not there
 * @throws CodexError `usage.unknown_agent`, with the task that names it
 */
export async function assignTasks(
  tasks: readonly Task[],
  agents: readonly Definition<AgentDefinition>[],
  agentNamed: (id: string) => Promise<Definition<AgentDefinition>>,
): Promise<readonly AssignedTask[]> {
  return await Promise.all(
    tasks.map(async (task): Promise<AssignedTask> => {
      if (task.agent !== undefined) return { task, agent: await idOf(task.agent, task.id, agentNamed) }
      const role = task.role ?? ''
      const [found, ...others] = agentsOfRole(role, agents).map(({ id }) => id)
      if (found !== undefined) return { task, agent: found, ...(others.length > 0 && { others }) }
      const nearest = nearestRoles(role, agents)
      const offer = nearest.length > 0 ? ` (near: ${nearest.join(', ')})` : ''
      return { task, agent: null, reason: `no agent has the role ${role}${offer}` }
    }),
  )
}

async function idOf(
  name: string,
  task: string,
  agentNamed: (id: string) => Promise<Definition<AgentDefinition>>,
): Promise<string> {
  try {
    return (await agentNamed(name)).id
  } catch (error) {
    if (!isCodexError(error)) throw error
    throw new CodexError(error.code, `Task ${task}: ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    })
  }
}
