import { findWorkflow } from '../../definitions/find-workflow.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { grouped } from '../../plugin-api/grouped.ts'
import type { AgentDefinition, Definition } from '../../plugin-api/index.ts'
import { planProblems } from '../../plugin-api/plan-problems.ts'
import type { PlanWish } from '../../plugin-api/run.ts'
import { type Plan, planOfWorkflow, type WorkflowDefinition } from '../../plugin-api/workflow.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { agentNamed } from '../resolve-input.ts'
import { agentsOfRole } from './agents-of-role.ts'
import type { MadePlan } from './plan-goal.ts'

/** A goal of more bytes of UTF-8 is refused: what is long belongs in a file that the goal names. */
export const maxGoalBytes = 100_000

/** A wish whose names are known, and whose goal can be planned for. */
export interface ResolvedWish {
  readonly goal: string
  /** The plan, where a workflow was named. Absent: it has yet to be made. */
  readonly made?: MadePlan
  /** Who may take part, each once; empty: that was not said. */
  readonly agents: readonly Definition<AgentDefinition>[]
  readonly shape: Pick<PlanWish, 'strategy' | 'merge' | 'judge'>
}

/**
 * Checks what a plan is wished to be, before anything begins.
 *
 * @throws CodexError `usage.arguments`, `usage.unknown_agent`, `usage.unknown_definition`, `definition.invalid`, `agents.disabled`
 */
export async function resolveWish(given: string, wish: PlanWish, snapshot: Snapshot): Promise<ResolvedWish> {
  const { store } = snapshot
  const { strategy, merge } = wish
  if (wish.workflow !== undefined && wish.agents !== undefined) {
    throw new CodexError(
      'usage.arguments',
      'A workflow names its agents itself, so --agents cannot go with --workflow',
      {
        hint: 'Leave one of them out.',
      },
    )
  }
  const agents = await namedAgents(wish.agents ?? [], snapshot)
  const [scorer] = wish.judge === undefined ? [] : await namedAgents([wish.judge], snapshot)
  const judge = scorer?.id
  const shape = { ...(strategy && { strategy }), ...(merge && { merge }), ...(judge !== undefined && { judge }) }
  if (wish.workflow === undefined) {
    assertJudge(merge ?? 'concatenate', judge)
    return { goal: checkedGoal(given), agents, shape }
  }
  const all = (await store.kind('workflow')).effective as readonly Definition<WorkflowDefinition>[] // as its parser gave them
  const workflow = findWorkflow(wish.workflow, all, store.diagnostics())
  const made = planOfGoal(given.trim() === '' ? undefined : checkedGoal(given), workflow, shape)
  return { goal: given.trim() === '' ? workflow.value.workflow.description : given.trim(), made, agents, shape }
}

/**
 * The plan of a workflow that a goal is handed to: each of its tasks is told the goal.
 *
 * @param goal absent: the tasks are asked what the file says
 * @param wish what is said here stands in place of what the file says
 * @throws CodexError `usage.arguments` where what the wish says does not go with the file
 */
export function planOfGoal(
  goal: string | undefined,
  { id, value, origin }: Definition<WorkflowDefinition>,
  { strategy, merge, judge }: Pick<PlanWish, 'strategy' | 'merge' | 'judge'>,
): MadePlan {
  const own = planOfWorkflow(value)
  const chosen = merge ?? own.merge
  const plan: Plan = {
    ...own,
    strategy: strategy ?? own.strategy,
    merge: chosen,
    judge: chosen === 'highest-score' ? (judge ?? own.judge) : undefined,
    tasks: goal === undefined ? own.tasks : own.tasks.map((task) => ({ ...task, prompt: partOf(task.prompt, goal) })),
  }
  if (judge !== undefined || chosen === 'highest-score') assertJudge(chosen, judge ?? own.judge)
  const [problem] = planProblems(plan)
  if (problem) {
    throw new CodexError('usage.arguments', `The workflow ${id} cannot go so: ${problem.message}`, {
      hint: problem.hint ?? 'Leave --strategy and --merge out.',
    })
  }
  return { plan, workflow: { id, origin } }
}

const partOf = (prompt: string, goal: string): string =>
  `${prompt.trim()}\n\nThis is part of the following goal, of which you do what stands above:\n${goal}`

/** @throws CodexError `usage.arguments` for one that is empty or too long */
function checkedGoal(given: string): string {
  const goal = given.trim()
  if (goal === '') {
    throw new CodexError('usage.arguments', 'There is no goal', {
      hint: 'For example: codex supervisor "review the code"',
    })
  }
  const bytes = Buffer.byteLength(goal)
  if (bytes <= maxGoalBytes) return goal
  throw new CodexError(
    'usage.arguments',
    `The goal has ${grouped(bytes)} bytes, and at most ${grouped(maxGoalBytes)} are taken`,
    { hint: 'Write what is long into a file of the repository, and name the file in the goal.' },
  )
}

function assertJudge(merge: Plan['merge'], judge: string | undefined): void {
  if (merge === 'highest-score' && judge === undefined) {
    throw new CodexError('usage.arguments', 'highest-score needs an agent that scores the answers', {
      hint: 'Name one: --judge AGENT',
    })
  }
  if (merge !== 'highest-score' && judge !== undefined) {
    throw new CodexError('usage.arguments', 'A judge is for highest-score alone', {
      hint: 'Add --merge highest-score, or leave --judge out.',
    })
  }
}

/** Ids, aliases and roles, whatever their case. @throws CodexError `usage.unknown_agent` with the nearest, `agents.disabled`, `definition.invalid` */
async function namedAgents(names: readonly string[], { store, kernel }: Snapshot) {
  const isEnabled = kernel.loaded.config.agents.enabled
  if (!isEnabled) await agentNamed(names[0] ?? 'task-planner', store, false)
  const { effective } = await store.agents()
  const found: Definition<AgentDefinition>[] = []
  for (const name of names) {
    const agent = agentsOfRole(name, effective)[0] ?? (await agentNamed(name, store, isEnabled))
    if (!found.some(({ id }) => id === agent.id)) found.push(agent)
  }
  return found
}
