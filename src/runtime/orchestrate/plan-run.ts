import type { PlannedRun, RunRequest } from '../../plugin-api/run.ts'
import type { Plan } from '../../plugin-api/workflow.ts'
import type { Kernel } from '../load-kernel.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { assignPlan } from './assign-plan.ts'
import { keptBudget } from './kept-budget.ts'
import { taskThreads } from './open-task-thread.ts'
import { type MadePlan, planGoal } from './plan-goal.ts'
import { resolveWish } from './resolve-wish.ts'

/** How many tasks of a plan may run at the same time: what the configuration, the plan and the request allow together. From 1. */
export function maxParallelOf(
  plan: Pick<Plan, 'max_parallel'>,
  { maxParallel }: Pick<RunRequest, 'maxParallel'>,
  { loaded }: Kernel,
): number {
  const most = loaded.config.agents.max_parallel_agents
  return Math.min(most, plan.max_parallel ?? most, maxParallel ?? most)
}

/** Makes the plan of a request, begins none of its tasks, and keeps nothing of it. @throws CodexError as `KernelClient.planRun` says */
export async function planRun(request: RunRequest, snapshot: Snapshot, signal: AbortSignal): Promise<PlannedRun> {
  const { plan: asked, workflow: given, playbook = false } = request
  const items: PlannedRun['items'][number][] = []
  const make = async (): Promise<MadePlan> => {
    if ('tasks' in asked) return { plan: asked, ...(given && { workflow: given }) }
    const wish = await resolveWish(request.goal, asked, snapshot)
    if (wish.made) return wish.made
    const budget = keptBudget(snapshot.kernel, undefined, () => undefined)
    const openThread = taskThreads(request, snapshot, budget, () => undefined)
    const planning = planGoal(wish, { snapshot, openThread, playbook }, signal)
    for (;;) {
      const next = await planning.next()
      if (next.done) return next.value
      if (next.value.type === 'item.completed') items.push(next.value.item)
    }
  }
  const { plan, workflow } = await make()
  const tasks = await assignPlan(plan, snapshot)
  const assignments = tasks.map(({ task, agent, reason }) => ({
    ...{ task: task.id, agent },
    ...(reason !== undefined && { reason }),
  }))
  const maxParallel = maxParallelOf(plan, request, snapshot.kernel)
  return { plan, assignments, maxParallel, ...(workflow && { workflow }), items }
}
