import { planForAgents } from '../../orchestration/plan-for-agents.ts'
import { workflowsForGoal } from '../../orchestration/plan-workflow.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Definition, Plan, ThreadItemBody } from '../../plugin-api/index.ts'
import type { RunEvent, RunRequest, TaskResult } from '../../plugin-api/run.ts'
import type { WorkflowDefinition } from '../../plugin-api/workflow.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { routeInWorkspace } from '../route-in-workspace.ts'
import type { OpenTaskThread } from './open-task-thread.ts'
import { planOfGoal, type ResolvedWish } from './resolve-wish.ts'

/** A plan, and what it came from. */
export interface MadePlan {
  readonly plan: Plan
  /** The workflow that it is of. */
  readonly workflow?: NonNullable<RunRequest['workflow']>
  /** What the agent that made it gave. Absent: none did. */
  readonly by?: TaskResult
}

/** What a plan is made with. */
export interface PlanGoalDeps {
  readonly snapshot: Snapshot
  /** Begins the thread of the agent that plans. */
  readonly openThread: OpenTaskThread
  /** True: no model is asked. */
  readonly playbook: boolean
}

/**
 * Makes the plan for a goal. A model makes it where one can be used, by the rule that decides so for every thread. Where none can: the agents
 * that were named each take the whole goal; else the workflow that says it is for such a goal; else the agents that the router scores over their
 * thresholds. Gives the items of the thread that plans which a person should see.
 *
 * @throws CodexError `run.nobody`, `run.unplanned`, `run.plan_invalid`; `usage.arguments` where the workflow does not go with the wish; the abort reason
 */
export async function* planGoal(
  wish: ResolvedWish,
  deps: PlanGoalDeps,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, MadePlan> {
  if (wish.made) return wish.made
  let count = 0
  const told = (item: ThreadItemBody): RunEvent => ({
    type: 'item.completed',
    item: { ...item, id: `plan_${count++}` },
  })
  if (!deps.playbook) {
    // It makes the schema of an answer, which a run of a plan that is there does without.
    const { planByModel } = await import('./plan-goal-by-model.ts')
    const answer = yield* planByModel(wish, deps, told, signal)
    if (answer.type === 'plan') return answer.made
    yield told({ type: 'notice', message: `${answer.reason}; so no model made the plan` })
  }
  const { made, reason } = await planWithoutModel(wish, deps.snapshot, signal)
  yield told({ type: 'notice', message: reason })
  return made
}

async function planWithoutModel(
  { goal, agents, shape }: ResolvedWish,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<{ readonly made: MadePlan; readonly reason: string }> {
  const how = (source: Plan['source']) => ({
    strategy: 'parallel' as const,
    merge: 'concatenate' as const,
    ...shape,
    source,
  })
  const named = (all: ResolvedWish['agents']) => all.map(({ id, value }) => ({ id, name: value.agent.name }))
  if (agents.length > 0) {
    const reason = 'Each of the agents that were named takes the whole goal'
    return { made: { plan: planForAgents(goal, named(agents), how('person')) }, reason }
  }
  const workflow = await workflowFor(goal, snapshot)
  if (workflow) {
    const made = planOfGoal(goal, workflow, shape)
    return { made, reason: `The workflow ${workflow.id} is for such a goal` }
  }
  const { candidates } = await routeInWorkspace(goal, snapshot, signal)
  const { effective } = await snapshot.store.agents()
  const { activation_threshold: threshold } = snapshot.kernel.loaded.config.agents
  const fitting = candidates.flatMap(({ agent, score }) => {
    const found = effective.find(({ id }) => id === agent)
    return found && score >= (found.value.activation?.threshold ?? threshold) ? [found] : []
  })
  if (fitting.length === 0) throw nobody(candidates)
  const scores = fitting.map(({ id }) => `${id} ${candidates.find(({ agent }) => agent === id)?.score.toFixed(2)}`)
  const made = { plan: planForAgents(goal, named(fitting), how('router')) }
  return { made, reason: `The router scored over their thresholds: ${scores.join(', ')}` }
}

/** The one workflow that is for a goal; those of a repository that is not trusted have to be named. @throws CodexError `run.nobody` for several */
async function workflowFor(goal: string, { store }: Snapshot): Promise<Definition<WorkflowDefinition> | undefined> {
  // Without the plugin that knows workflows there are none.
  const { effective } = await store.kind('workflow').catch(() => ({ effective: [] }))
  const known = (effective as readonly Definition<WorkflowDefinition>[]).filter(({ origin }) => origin.trusted) // as its parser gave them
  const found = workflowsForGoal(goal, known)
  if (found.length <= 1) return found[0]
  const ids = found.map(({ id }) => id)
  throw new CodexError('run.nobody', `Several workflows are for this goal: ${ids.join(', ')}`, {
    hint: `Name one: --workflow ${ids[0]}`,
  })
}

function nobody(candidates: readonly { readonly agent: string; readonly score: number }[]): CodexError {
  const near = candidates.slice(0, 3).map(({ agent, score }) => `${agent} ${score.toFixed(2)}`)
  const nearest = near.length > 0 ? ` (nearest: ${near.join(', ')})` : ''
  return new CodexError(
    'run.nobody',
    `Nobody takes this goal by itself: no workflow is for it, and the router scores no agent over its threshold${nearest}`,
    {
      hint: 'Name agents (--agents A,B) or a workflow (--workflow ID), or log in to have a model plan: codex login. List them: codex agents list, codex workflows list',
    },
  )
}
