import { planAnswerJsonSchema, readPlanAnswer } from '../../orchestration/plan-answer.ts'
import { type OfferedAgent, planAgainPrompt, planPrompt } from '../../orchestration/plan-prompt.ts'
import { isForPeople } from '../../orchestration/task-board.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { AgentDefinition, Definition, ThreadItemBody } from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import type { RunEvent, TaskResult } from '../../plugin-api/run.ts'
import type { MadePlan, PlanGoalDeps } from './plan-goal.ts'
import type { ResolvedWish } from './resolve-wish.ts'

/** The agent that plans: a file like any other, which a person may hide with their own. */
export const plannerId = 'task-planner'
/** Agents that the program calls itself, and that take no task unless they are named. */
const ownAgents: ReadonlySet<string> = new Set([plannerId, 'approval-reviewer'])
/** Milliseconds that one turn of planning may take. */
const planningMs = 600_000

/**
 * Has the planning agent make the plan. What is wrong with its first plan is told to it once, path by path. It only reads: its file says so, and
 * so does the empty write scope of its thread.
 *
 * @throws CodexError `run.plan_invalid`, `run.unplanned`, `run.nobody`; the abort reason
 */
export async function* planByModel(
  { goal, agents, shape }: ResolvedWish,
  { snapshot, openThread }: PlanGoalDeps,
  told: (item: ThreadItemBody) => RunEvent,
  signal: AbortSignal,
): AsyncGenerator<
  RunEvent,
  { readonly type: 'plan'; readonly made: MadePlan } | { readonly type: 'none'; readonly reason: string }
> {
  const able = agents.length > 0 ? agents : (await snapshot.store.agents()).effective.filter(isOffered)
  if (able.length === 0) {
    throw new CodexError('run.nobody', 'There is no agent that could take a task', {
      hint: 'List them: codex agents list',
    })
  }
  const bounds = { merge: 'concatenate' as const, ...shape, agents: able.map(({ id }) => id) }

  async function* ask(input: string, resume?: string): AsyncGenerator<RunEvent, TaskResult> {
    const asked = {
      input,
      agent: plannerId,
      outputSchema: planAnswerJsonSchema,
      ...(resume !== undefined && { resume }),
    }
    const limited = AbortSignal.any([signal, AbortSignal.timeout(planningMs)])
    const events = openThread(asked, { id: 'plan', prompt: goal, write: [] }, undefined, limited)
    for (;;) {
      const next = await events.next()
      if (next.done) return next.value
      if (next.value.type === 'item.completed' && isForPeople(next.value.item)) yield told(next.value.item)
    }
  }

  const first = yield* ask(planPrompt(goal, able.map(offered), shape.strategy))
  signal.throwIfAborted()
  if (first.status === 'blocked') return { type: 'none', reason: first.error.message.replace(/^needs a model: /, '') }
  const read = readPlanAnswer(answerOf(first), bounds)
  if ('plan' in read) return { type: 'plan', made: { plan: read.plan, by: first } }
  yield told({ type: 'notice', message: `The plan goes back to ${plannerId}: ${read.problems.slice(0, 5).join('; ')}` })
  const second = yield* ask(planAgainPrompt(read.problems), first.threadId)
  signal.throwIfAborted()
  const again = readPlanAnswer(answerOf(second), bounds)
  if ('plan' in again) return { type: 'plan', made: { plan: again.plan, by: both(first, second) } }
  throw new CodexError(
    'run.plan_invalid',
    `The plan cannot be carried out: ${again.problems.slice(0, 10).join('; ')}`,
    {
      hint: 'Say the goal in other words, name the agents (--agents A,B), or take a workflow (--workflow ID).',
    },
  )
}

const isOffered = ({ id, origin }: Definition<AgentDefinition>): boolean => origin.trusted && !ownAgents.has(id)

function offered({ id, value }: Definition<AgentDefinition>): OfferedAgent {
  const { agent, permissions } = value
  return {
    ...{ id, description: agent.description, aliases: agent.aliases },
    canWrite: permissions === undefined || permissions.file_access === 'read-write',
  }
}

/** @throws CodexError `run.unplanned` where there is no answer */
function answerOf(result: TaskResult): string {
  if (result.status === 'done') return result.text
  const { message, hint } = result.error
  throw new CodexError('run.unplanned', `${plannerId} made no plan: ${message}`, {
    hint: hint ?? 'Name the agents and have no model plan: --agents A,B --playbook; or take a workflow: --workflow ID',
  })
}

function both(first: TaskResult, second: TaskResult): TaskResult {
  const usage = first.usage && second.usage ? addUsage(first.usage, second.usage) : (second.usage ?? first.usage)
  return { ...second, ...(usage && { usage }) }
}
