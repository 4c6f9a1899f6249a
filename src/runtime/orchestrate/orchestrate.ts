import { mergeResults } from '../../orchestration/merge-results.ts'
import { type AssignedTask, runPlan } from '../../orchestration/run-plan.ts'
import { findingsOf } from '../../orchestration/task-card.ts'
import type { Task } from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import { planNeeds } from '../../plugin-api/plan-graph.ts'
import type { ResumeRequest, RunEvent, RunRequest, RunResult, TaskOutcome, TaskResult } from '../../plugin-api/run.ts'
import { noUsage } from '../../thread/no-usage.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { type AskAgent, askScores } from './ask-scores.ts'
import { assignPlan, plannedPayload } from './assign-plan.ts'
import { beginRun, type OpenRun, resumeRun } from './journal/open-run.ts'
import { isComplete } from './journal/run-record.ts'
import { runDeps } from './run-deps.ts'
import { keptText } from './task-workplaces.ts'

/**
 * Carries out a plan: each task is a thread of its agent, under the profile, the agent's permissions and the task's own `write`; all of them are
 * under one budget. What changes is in the run's journal before it is shown. The last event is `run.completed`, also where the signal stopped it.
 * A run that goes on keeps its plan, who takes what, and all results; one that is complete gives its result again.
 *
 * @throws CodexError `usage.unknown_agent`, `agents.disabled`, `definition.invalid`, `run.not_found`, `run.elsewhere`, `run.busy`, `run.damaged`
 *   before the first event; `run.unwritable`
 */
export async function* orchestrate(
  request: RunRequest | ResumeRequest,
  snapshot: Snapshot,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const begunAtMs = performance.now()
  const { run, assigned } = await openAssigned(request, snapshot)
  try {
    for await (const event of carryOut(run, assigned, snapshot, begunAtMs, signal)) {
      run.journal.renew()
      yield event
    }
  } finally {
    await run.journal.close()
  }
}

/** The run, and who takes what; nothing is kept of one that cannot begin. */
async function openAssigned(request: RunRequest | ResumeRequest, snapshot: Snapshot) {
  if (!('resume' in request)) {
    const assigned = await assignPlan(request.plan, snapshot)
    return { run: await beginRun(request, snapshot.kernel), assigned }
  }
  const run = await resumeRun(request, snapshot.kernel)
  try {
    return { run, assigned: await assignPlan(run.request.plan, snapshot, run.record) }
  } catch (error) {
    await run.journal.close()
    throw error
  }
}

async function* carryOut(
  run: OpenRun,
  assigned: readonly AssignedTask[],
  snapshot: Snapshot,
  begunAtMs: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const { runId, request, journal, record } = run
  const { goal, plan, workflow } = request
  const most = snapshot.kernel.loaded.config.agents.max_parallel_agents
  const maxParallel = Math.min(most, plan.max_parallel ?? most, request.maxParallel ?? most)
  const needs = planNeeds(plan)
  const planned: RunResult['plan'] = {
    ...{ source: plan.source, strategy: plan.strategy, merge: plan.merge, max_parallel: maxParallel },
    tasks: assigned.map(({ task, agent }) => ({ id: task.id, agent, needs: [...(needs.get(task.id) ?? [])] })),
  }
  const facts = { run_id: runId, goal, ...(workflow && { workflow: workflow.id }) }
  const wasComplete = record !== undefined && isComplete(record)
  if (record && !wasComplete) journal.write('run_resumed', { pid: process.pid })
  yield { type: 'run.started', ...facts, ...(record && { resumed: true }) }
  if (!record?.planned) journal.write('run_planned', plannedPayload(plan, assigned))
  yield { type: 'run.planned', plan: planned }
  const { openThread, close, ...deps } = runDeps(run, { plan, maxParallel }, snapshot)
  const kept = record && { kept: record.tasks }
  const carriedOut = runPlan({ plan, tasks: assigned, maxParallel, ...kept }, deps, signal)
  const { board, reason } = yield* closedBehind(carriedOut, close)
  for (const left of await close()) yield board.warn(keptText(left))
  if (wasComplete) yield board.notice(`Run ${runId} was complete, so nothing was done; this is its result`)
  const outcomes = board.outcomes()
  const ask = keptScores(run, signal, ({ agent }, { prompt, schema }) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(scoringMs)])
    return lastOf(openThread({ input: prompt, agent, outputSchema: schema }, scoring, undefined, limited))
  })
  const scored =
    reason === undefined ? await askScores(plan, goal, outcomes, ask) : { scores: [], problems: [], results: [] }
  for (const problem of scored.problems) yield board.warn(problem)
  const found = board.cards.flatMap((card) =>
    card.agent === null ? [] : [{ task: card.task.id, agent: card.agent, findings: findingsOf(card) }],
  )
  const status = statusOf(outcomes, signal)
  const spentMs = wasComplete ? 0 : Math.round(performance.now() - begunAtMs)
  const result: RunResult = {
    ...facts,
    status,
    ...(reason !== undefined && { reason }),
    plan: planned,
    results: [...outcomes],
    merged: mergeResults({ plan, outcomes, found, scores: scored.scores }),
    usage: [...board.cards, ...scored.results].reduce((sum, { usage = noUsage }) => addUsage(sum, usage), noUsage),
    duration_ms: (record?.durationMs ?? 0) + spentMs,
  }
  if (!wasComplete) {
    const { duration_ms } = result
    journal.write('run_ended', { status, ...(reason !== undefined && { reason }), duration_ms })
  }
  yield { type: 'run.completed', result }
}

/** Asks a scorer whose scores of these answers are not kept, and keeps them. */
function keptScores({ journal, record }: OpenRun, signal: AbortSignal, ask: AskAgent): AskAgent {
  return async (scorer, about) => {
    const known = record?.scored.findLast(
      ({ by, answers }) => by === scorer.by && answers.join() === about.answers.join(),
    )
    if (known) return { ...known.result, ...(known.thread_id !== undefined && { threadId: known.thread_id }) }
    const { threadId, ...result } = await ask(scorer, about)
    const answers = [...about.answers]
    if (!signal.aborted) {
      journal.write('scored', {
        by: scorer.by,
        answers,
        ...(threadId !== undefined && { thread_id: threadId }),
        result,
      })
    }
    return { ...result, ...(threadId !== undefined && { threadId }) }
  }
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
