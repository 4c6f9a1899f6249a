import type { AssignedTask } from '../../orchestration/run-plan.ts'
import type { Plan } from '../../plugin-api/workflow.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { agentNamed } from '../resolve-input.ts'
import { assignTasks } from './assign-tasks.ts'
import type { JournalPayload } from './journal/journal-lines.ts'
import { planPayload } from './journal/open-run.ts'
import type { RunRecord } from './journal/run-record.ts'

/**
 * Who takes the tasks of a plan. What is kept of a run stays so; the agents of tasks that are yet to be done have to be there.
 *
 * @throws CodexError `usage.unknown_agent`, `agents.disabled`, `definition.invalid`
 */
export async function assignPlan(
  plan: Plan,
  { kernel, store }: Snapshot,
  record?: RunRecord,
): Promise<readonly AssignedTask[]> {
  const { enabled } = kernel.loaded.config.agents
  const named = (id: string) => agentNamed(id, store, enabled)
  if (!enabled) await named(plan.tasks[0]?.agent ?? plan.tasks[0]?.role ?? '')
  if (plan.judge !== undefined) await named(plan.judge)
  if (!record?.planned) return await assignTasks(plan.tasks, (await store.agents()).effective, named)
  const kept = new Map(record.planned.tasks.map(({ task, ...rest }) => [task, rest]))
  const tasks = plan.tasks.map((task): AssignedTask => ({ task, ...(kept.get(task.id) ?? { agent: null }) }))
  for (const { task, agent } of tasks) {
    const state = record.tasks.get(task.id)?.state ?? 'pending'
    if (agent !== null && state !== 'done' && state !== 'failed') await named(agent)
  }
  return tasks
}

/** A plan and who takes its tasks, as the journal has it. */
export function plannedPayload(plan: Plan, tasks: readonly AssignedTask[]): JournalPayload<'run_planned'> {
  return {
    plan: planPayload(plan) as JournalPayload<'run_planned'>['plan'], // a plan, and no wish for one
    tasks: tasks.map(({ task, ...rest }) => ({ task: task.id, ...rest })),
  }
}
