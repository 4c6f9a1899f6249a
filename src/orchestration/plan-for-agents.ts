import type { Plan, Task } from '../plugin-api/index.ts'
import { taskSchema } from '../plugin-api/workflow.ts'

/** An agent that gets a task of its own. */
export interface PlannedAgent {
  readonly id: string
  readonly name: string
}

/** How such a plan is made up beside its tasks. */
export type PlanShape = Pick<Plan, 'strategy' | 'merge' | 'judge' | 'source'>

/**
 * The plan that needs no model: the whole goal, once for each agent. The goal is data of a person; that it begins with `/` or `@` calls nothing.
 *
 * @param agents each id once
 */
export function planForAgents(goal: string, agents: readonly PlannedAgent[], shape: PlanShape): Plan {
  const used = new Set<string>()
  const tasks = agents.map(({ id, name }): Task => {
    return taskSchema.parse({ id: taskIdOf(id, used), title: name.slice(0, 200), prompt: `Goal: ${goal}`, agent: id })
  })
  return { ...shape, tasks }
}

/** An id of an agent may hold what an id of a task may not, such as the colon of `project:ID`. */
function taskIdOf(agent: string, used: Set<string>): string {
  const plain = agent.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-')
  const base = (/^[a-z]/.test(plain) ? plain : `a-${plain}`).slice(0, 60)
  let id = base
  for (let number = 2; used.has(id); number += 1) id = `${base}-${number}`
  used.add(id)
  return id
}
