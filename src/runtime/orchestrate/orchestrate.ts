import { mergeResults } from '../../orchestration/merge-results.ts'
import { type RunPlanDeps, runPlan } from '../../orchestration/run-plan.ts'
import { taskPrompt } from '../../orchestration/task-prompt.ts'
import type { Task, ThreadRequest } from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import { planNeeds } from '../../plugin-api/plan-graph.ts'
import type { RunEvent, RunRequest, RunResult, TaskOutcome, TaskResult } from '../../plugin-api/run.ts'
import { noUsage } from '../../thread/no-usage.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { toolFacts } from '../open-thread-security.ts'
import { agentNamed } from '../resolve-input.ts'
import { startThread } from '../start-thread.ts'
import { runBudgetOf } from '../thread-budget.ts'
import { askScores } from './ask-scores.ts'
import { assignTasks } from './assign-tasks.ts'
import { runTaskThread } from './run-task-thread.ts'
import { taskCeiling } from './task-ceiling.ts'

/**
 * Carries out a plan: each task is a thread of its agent, under the profile, the agent's permissions and the task's own `write`; all of them are
 * under one budget. The last event is `run.completed`, also where the signal stopped it.
 *
 * @throws CodexError `usage.unknown_agent`, `agents.disabled`, `definition.invalid` before the first event
 */
export async function* orchestrate(
  request: RunRequest,
  snapshot: Snapshot,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const { goal, plan, workflow } = request
  const { kernel, store } = snapshot
  const { agents: settings } = kernel.loaded.config
  const begunAtMs = performance.now()
  const named = (id: string) => agentNamed(id, store, settings.enabled)
  if (!settings.enabled) await named(plan.tasks[0]?.agent ?? plan.tasks[0]?.role ?? '')
  const tasks = await assignTasks(plan.tasks, (await store.agents()).effective, named)
  if (plan.judge !== undefined) await named(plan.judge)
  const most = settings.max_parallel_agents
  const maxParallel = Math.min(most, plan.max_parallel ?? most, request.maxParallel ?? most)
  yield {
    ...{ type: 'run.started', goal, tasks: tasks.length, max_parallel: maxParallel },
    ...(workflow && { workflow: workflow.id }),
  }
  const { openThread, ...deps } = runDeps(request, snapshot)
  const board = yield* runPlan({ plan, tasks, maxParallel }, deps, signal)
  const outcomes = board.outcomes()
  const scored = await askScores(plan, goal, outcomes, (agent, input, outputSchema) =>
    lastOf(
      openThread({ input, agent, outputSchema }, scoring, AbortSignal.any([signal, AbortSignal.timeout(scoringMs)])),
    ),
  )
  for (const problem of scored.problems) yield board.warn(problem)
  const found = board.cards.flatMap(({ task, agent, result }) =>
    agent === null || !result ? [] : [{ task: task.id, agent, findings: result.findings }],
  )
  const needs = planNeeds(plan)
  const result: RunResult = {
    goal,
    ...(workflow && { workflow: workflow.id }),
    status: statusOf(outcomes, signal),
    plan: {
      ...{ source: plan.source, strategy: plan.strategy, merge: plan.merge, max_parallel: maxParallel },
      tasks: tasks.map(({ task, agent }) => ({ id: task.id, agent, needs: [...(needs.get(task.id) ?? [])] })),
    },
    results: [...outcomes],
    merged: mergeResults({ plan, outcomes, found, scores: scored.scores }),
    usage: [...board.cards, ...scored.results].reduce((sum, { usage = noUsage }) => addUsage(sum, usage), noUsage),
    duration_ms: Math.round(performance.now() - begunAtMs),
  }
  yield { type: 'run.completed', result }
}

/** Who scores answers writes nothing, and has ten minutes for it. */
const scoring: Pick<Task, 'id' | 'prompt' | 'write'> = { id: 'score', prompt: '', write: [] }
const scoringMs = 600_000

/** What the scheduler carries the tasks out with, and the way in which it begins a thread. */
function runDeps(request: RunRequest, snapshot: Snapshot) {
  const { kernel } = snapshot
  const { approve, ask, playbook = false, workflow } = request
  // One budget for all threads of the run. What a task is asked is text of a file and of other agents: nothing in it is expanded.
  const shared = { ...snapshot, depth: 0, author: 'model' as const, runBudget: runBudgetOf({ kernel }) }
  const openThread = (
    asked: Pick<ThreadRequest, 'input' | 'agent' | 'paths' | 'outputSchema'>,
    task: Pick<Task, 'id' | 'prompt' | 'write'>,
    signal: AbortSignal,
  ) => {
    const person = { ...(approve && { approve }), ...(ask && { ask }) }
    const ceiling = taskCeiling(task, workflow?.origin, { tools: toolFacts(kernel), places: kernel.places })
    const whole = { ...asked, ...person, route: false, playbook }
    return runTaskThread(startThread(whole, { ...shared, ceiling, about: task.prompt }, signal))
  }
  const deps: RunPlanDeps = {
    nowMs: () => performance.now(),
    runTask({ task, agent }, inputs, signal) {
      const asked = { input: taskPrompt(task, inputs), paths: task.paths, ...(agent !== null && { agent }) }
      return openThread(asked, task, signal)
    },
    async agree(question, task, signal) {
      if (ask === undefined) return undefined
      const options = [{ label: 'Yes' }, { label: 'No' }]
      const asked = { id: 'go', header: task.title, question, options, allowsOther: false }
      const answer = await ask({ asker: `task ${task.id}`, questions: [asked] }, signal)
      if (answer.type === 'nobody') return undefined
      return answer.type === 'answered' && answer.answers.go?.[0] === 'Yes'
    },
  }
  return { ...deps, openThread }
}

async function lastOf(events: AsyncGenerator<unknown, TaskResult>): Promise<TaskResult> {
  for (;;) {
    const next = await events.next()
    if (next.done) return next.value
  }
}

function statusOf(outcomes: readonly TaskOutcome[], signal: AbortSignal): RunResult['status'] {
  if (signal.aborted) return 'interrupted'
  if (outcomes.every(({ required, state }) => !required || state === 'done')) return 'done'
  return outcomes.some(({ state }) => state === 'done') ? 'partial' : 'failed'
}
