import { v7 as uuidv7 } from 'uuid'
import { mergeResults } from '../../orchestration/merge-results.ts'
import { runPlan } from '../../orchestration/run-plan.ts'
import type { Task } from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import { planNeeds } from '../../plugin-api/plan-graph.ts'
import type { RunEvent, RunRequest, RunResult, TaskOutcome, TaskResult } from '../../plugin-api/run.ts'
import { noUsage } from '../../thread/no-usage.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { agentNamed } from '../resolve-input.ts'
import { askScores } from './ask-scores.ts'
import { assignTasks } from './assign-tasks.ts'
import { runDeps } from './run-deps.ts'
import { keptText } from './task-workplaces.ts'

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
  const needs = planNeeds(plan)
  const planned: RunResult['plan'] = {
    ...{ source: plan.source, strategy: plan.strategy, merge: plan.merge, max_parallel: maxParallel },
    tasks: tasks.map(({ task, agent }) => ({ id: task.id, agent, needs: [...(needs.get(task.id) ?? [])] })),
  }
  const facts = { run_id: uuidv7(), goal, ...(workflow && { workflow: workflow.id }) }
  yield { type: 'run.started', ...facts }
  yield { type: 'run.planned', plan: planned }
  const { openThread, close, ...deps } = runDeps(request, { runId: facts.run_id, plan, maxParallel }, snapshot)
  const board = yield* closedBehind(runPlan({ plan, tasks, maxParallel }, deps, signal), close)
  for (const left of await close()) yield board.warn(keptText(left))
  const outcomes = board.outcomes()
  const scored = await askScores(plan, goal, outcomes, (agent, input, outputSchema) =>
    lastOf(
      openThread(
        { input, agent, outputSchema },
        scoring,
        undefined,
        AbortSignal.any([signal, AbortSignal.timeout(scoringMs)]),
      ),
    ),
  )
  for (const problem of scored.problems) yield board.warn(problem)
  const found = board.cards.flatMap(({ task, agent, result }) =>
    agent === null || !result ? [] : [{ task: task.id, agent, findings: result.findings }],
  )
  const result: RunResult = {
    ...facts,
    status: statusOf(outcomes, signal),
    plan: planned,
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

/** Whoever stops reading. */
async function* closedBehind<Event, Result>(
  events: AsyncGenerator<Event, Result>,
  close: () => Promise<unknown>,
): AsyncGenerator<Event, Result> {
  try {
    return yield* events
  } finally {
    await close()
  }
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
