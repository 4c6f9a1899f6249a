import { mergeResults } from '../../orchestration/merge-results.ts'
import { type AssignedTask, runPlan } from '../../orchestration/run-plan.ts'
import { findingsOf } from '../../orchestration/task-card.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Plan, Task } from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import { planNeeds } from '../../plugin-api/plan-graph.ts'
import type { ResumeRequest, RunEvent, RunRequest, RunResult, TaskOutcome, TaskResult } from '../../plugin-api/run.ts'
import { noUsage } from '../../thread/no-usage.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { type AskAgent, askScores } from './ask-scores.ts'
import { assignPlan, plannedPayload } from './assign-plan.ts'
import { beginRun, type OpenRun, resumeRun } from './journal/open-run.ts'
import { isComplete, type RunRecord } from './journal/run-record.ts'
import { keptBudget } from './kept-budget.ts'
import { taskThreads } from './open-task-thread.ts'
import { type MadePlan, planGoal } from './plan-goal.ts'
import { maxParallelOf } from './plan-run.ts'
import { type ResolvedWish, resolveWish } from './resolve-wish.ts'
import { runDeps } from './run-deps.ts'
import { keptText } from './task-workplaces.ts'

/**
 * Carries out a plan, made from the goal where none is given: each task is a thread of its agent, under the profile, the agent's permissions and the task's own `write`; all of them are
 * under one budget. What changes is in the run's journal before it is shown. The last event is `run.completed`, also where the signal stopped it.
 * A run that goes on keeps its plan, who takes what, and all results; one that is complete gives its result again.
 *
 * @throws CodexError `usage.*`, `agents.disabled`, `definition.invalid`, `run.not_found`, `run.elsewhere`, `run.busy`, `run.damaged`
 *   before the first event; what `planGoal` throws, behind it; `run.unwritable`
 */
export async function* orchestrate(
  request: RunRequest | ResumeRequest,
  snapshot: Snapshot,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const begunAtMs = performance.now()
  const opened = await openRun(request, snapshot)
  try {
    for await (const event of carryOut(opened, snapshot, begunAtMs, signal)) {
      opened.run.journal.renew()
      yield event
    }
  } finally {
    await opened.run.journal.close()
  }
}

/** A run, and its plan with who takes what, or how its plan is to be. */
interface BegunRun {
  readonly run: OpenRun
  readonly given: { readonly plan: Plan; readonly assigned: readonly AssignedTask[] } | ResolvedWish
}

/** Nothing is kept of a run that cannot begin. */
async function openRun(request: RunRequest | ResumeRequest, snapshot: Snapshot): Promise<BegunRun> {
  if (!('resume' in request)) {
    const { asked, given } = await resolveRequest(request, snapshot)
    return { run: await beginRun(asked, snapshot.kernel), given }
  }
  const run = await resumeRun(request, snapshot.kernel)
  try {
    const { asked, given } = await resolveRequest(run.request, snapshot, run.record)
    return { run: { ...run, request: asked }, given }
  } catch (error) {
    await run.journal.close()
    throw error
  }
}

async function resolveRequest(
  request: RunRequest,
  snapshot: Snapshot,
  record?: RunRecord,
): Promise<{ readonly asked: RunRequest; readonly given: BegunRun['given'] }> {
  const wish = 'tasks' in request.plan ? undefined : await resolveWish(request.goal, request.plan, snapshot)
  const asked = wish ? { ...request, goal: wish.goal, ...(wish.made && requestOf(wish.made)) } : request
  if (wish && !wish.made) return { asked, given: wish }
  if (!('tasks' in asked.plan)) throw new CodexError('internal', 'A run has neither a plan nor a wish for one')
  return { asked, given: { plan: asked.plan, assigned: await assignPlan(asked.plan, snapshot, record) } }
}

const requestOf = ({ plan, workflow }: MadePlan) => ({ plan, ...(workflow && { workflow }) })

async function* carryOut(
  { run, given }: BegunRun,
  snapshot: Snapshot,
  begunAtMs: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const { runId, request, journal, record } = run
  const { kernel } = snapshot
  const { goal, playbook = false } = request
  let { workflow } = request
  const wasComplete = record !== undefined && isComplete(record)
  if (record && !wasComplete) journal.write('run_resumed', { pid: process.pid })
  yield {
    ...{ type: 'run.started', goal, run_id: runId },
    ...(workflow && { workflow: workflow.id }),
    ...(record && { resumed: true }),
  }
  const budget = keptBudget(kernel, record?.spent, (spent) => journal.write('spent', spent))
  const openThread = taskThreads(request, snapshot, budget, () => workflow)
  const made = 'assigned' in given ? given : yield* planGoal(given, { snapshot, openThread, playbook }, signal)
  const { plan } = made
  const by = 'by' in made ? made.by : record?.planned && plannedBy(record.planned)
  if ('workflow' in made) workflow = made.workflow
  const assigned = 'assigned' in made ? made.assigned : await assignPlan(plan, snapshot)
  const maxParallel = maxParallelOf(plan, request, kernel)
  const needs = planNeeds(plan)
  const planned: RunResult['plan'] = {
    ...{ source: plan.source, strategy: plan.strategy, merge: plan.merge, max_parallel: maxParallel },
    ...(by?.threadId !== undefined && { thread_id: by.threadId }),
    tasks: assigned.map(({ task, agent }) => ({ id: task.id, agent, needs: [...(needs.get(task.id) ?? [])] })),
  }
  if (!record?.planned) {
    journal.write('run_planned', {
      ...plannedPayload(plan, assigned),
      ...(workflow && { workflow: { id: workflow.id, origin: workflow.origin } }),
      ...(by?.threadId !== undefined && { thread_id: by.threadId }),
      ...(by?.usage && { usage: by.usage }),
    })
  }
  yield { type: 'run.planned', plan: planned }
  const { close, ...deps } = runDeps(
    { ...run, request: { ...request, ...(workflow && { workflow }) } },
    { plan, maxParallel },
    snapshot,
    openThread,
  )
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
    ...{ run_id: runId, goal, ...(workflow && { workflow: workflow.id }) },
    status,
    ...(reason !== undefined && { reason }),
    plan: planned,
    results: [...outcomes],
    merged: mergeResults({ plan, outcomes, found, scores: scored.scores }),
    usage: [...(by ? [by] : []), ...board.cards, ...scored.results].reduce(
      (sum, { usage = noUsage }) => addUsage(sum, usage),
      noUsage,
    ),
    duration_ms: (record?.durationMs ?? 0) + spentMs,
  }
  if (!wasComplete) {
    const { duration_ms } = result
    journal.write('run_ended', { status, ...(reason !== undefined && { reason }), duration_ms })
  }
  yield { type: 'run.completed', result }
}

/** What the agent that made the plan used, of a run that goes on. */
const plannedBy = ({ thread_id: threadId, usage }: NonNullable<RunRecord['planned']>) => ({
  ...(threadId !== undefined && { threadId }),
  ...(usage && { usage }),
})

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
