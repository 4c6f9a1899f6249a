import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { Plan, Task, ThreadEvent } from '../plugin-api/index.ts'
import { addUsage } from '../plugin-api/model-stream/add-usage.ts'
import { planNeeds, tasksBefore } from '../plugin-api/plan-graph.ts'
import { isFinal, type RunEvent, type TaskInput, type TaskResult } from '../plugin-api/run.ts'
import { checkGates } from './check-gates.ts'
import { createTaskBoard, finalState, type TaskBoard, type TaskCard } from './task-board.ts'

/** A task and who takes it. */
export interface AssignedTask {
  readonly task: Task
  /** Id of the agent; null where nobody can take it. */
  readonly agent: string | null
  /** Why nobody can. */
  readonly reason?: string
}

/** One attempt at a task. */
export interface TaskAttempt extends AssignedTask {
  /** From 1. */
  readonly attempt: number
  /** Its thread gets this id. */
  readonly threadId: string
  /** What the tasks that this one needs hand to it, in the order of the plan. */
  readonly inputs: readonly TaskInput[]
}

/** What the tasks of a plan are carried out with. */
export interface RunPlanDeps {
  /** Carries out one attempt. Ends soon after the signal has aborted. What it throws is a failed attempt. */
  runTask(attempt: TaskAttempt, signal: AbortSignal): AsyncGenerator<ThreadEvent, TaskResult>
  newThreadId(): string
  /** Asks a person; undefined: nobody is there. */
  agree(question: string, task: Task, signal: AbortSignal): Promise<boolean | undefined>
  nowMs(): number
}

/** What of a plan is carried out, and how much of it at once. */
export interface PlanToRun {
  readonly plan: Pick<Plan, 'strategy'>
  /** In the order of the plan, each id once and no cycle among them (`planProblems`). */
  readonly tasks: readonly AssignedTask[]
  /** From 1. */
  readonly maxParallel: number
}

/** Something that a task was waited for: its gate, its thread's next event, its end. */
type Step =
  | { readonly kind: 'agreed'; readonly answer: boolean | undefined }
  | { readonly kind: 'event'; readonly event: ThreadEvent }
  | { readonly kind: 'ended'; readonly result: TaskResult }
  | { readonly kind: 'threw'; readonly error: unknown }

interface Attempt {
  readonly events: AsyncGenerator<ThreadEvent, TaskResult>
  readonly signal: AbortSignal
}

/**
 * Carries out the tasks of a plan: each once all before it has ended and its gates are open, never more than `maxParallel` at once, those that
 * stand first in the plan first. The reader pulls, so a slow one slows the agents. Whatever runs when the signal aborts, or the reader leaves, is
 * stopped, and what has not begun is cancelled. Nothing that an agent does throws.
 */
export async function* runPlan(
  { plan, tasks, maxParallel }: PlanToRun,
  deps: RunPlanDeps,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, TaskBoard> {
  const needs = planNeeds({ ...plan, tasks: tasks.map(({ task }) => task) })
  const before = tasksBefore(needs)
  const board = createTaskBoard(tasks, deps.nowMs)
  const reader = new AbortController()
  const stop = AbortSignal.any([signal, reader.signal])
  const attempts = new Map<TaskCard, Attempt>()
  const waits = new Map<TaskCard, Promise<{ readonly card: TaskCard; readonly step: Step }>>()
  /** Tasks whose gates are open, in the order of the plan. */
  const ready = new Set<TaskCard>()
  const assignedOf = (card: TaskCard) => tasks[board.cards.indexOf(card)] ?? { task: card.task, agent: card.agent }

  const wait = (card: TaskCard, step: Promise<Step>): void => {
    const caught = step.catch((error: unknown): Step => ({ kind: 'threw', error }))
    waits.set(
      card,
      caught.then((done) => ({ card, step: done })),
    )
  }
  const pull = (card: TaskCard, { events }: Attempt): void =>
    wait(
      card,
      events
        .next()
        .then(
          (next): Step => (next.done ? { kind: 'ended', result: next.value } : { kind: 'event', event: next.value }),
        ),
    )

  function* begin(card: TaskCard): Generator<RunEvent> {
    yield board.move(card, 'assigned')
    const inputs = (needs.get(card.task.id) ?? []).map((id) => inputOf(board.card(id)))
    const limited = AbortSignal.any([stop, AbortSignal.timeout(card.task.timeout_ms)])
    const asked = { ...assignedOf(card), attempt: card.attempt, threadId: deps.newThreadId(), inputs }
    const attempt = { events: deps.runTask(asked, limited), signal: limited }
    attempts.set(card, attempt)
    yield board.move(card, 'running')
    pull(card, attempt)
  }

  /** Blocks what cannot begin, asks about what a person has to agree to, and marks what can begin, until nothing changes. */
  function* settle(): Generator<RunEvent> {
    for (let changed = true; changed; ) {
      changed = false
      for (const card of board.cards) {
        if (card.state !== 'pending' || ready.has(card) || waits.has(card)) continue
        const earlier = [...(before.get(card.task.id) ?? [])].map((id) => board.card(id))
        if (!stop.aborted && earlier.some(({ state }) => !isFinal(state))) continue
        changed = true
        if (stop.aborted) {
          yield board.move(card, 'cancelled', { reason: 'the run was stopped before it began' })
          continue
        }
        const ended = new Map(earlier.map((each) => [each.task.id, endedOf(each)]))
        const answer = checkGates(card.task, needs.get(card.task.id) ?? [], ended)
        const closed =
          answer.closed ?? (card.agent === null ? (assignedOf(card).reason ?? 'nobody takes it') : undefined)
        if (closed !== undefined) yield board.move(card, 'blocked', { reason: closed })
        else if (answer.closed === undefined && answer.questions.length > 0) {
          wait(card, agreeToAll(answer.questions, card.task, deps, stop))
        } else {
          ready.add(card)
        }
      }
    }
  }

  try {
    for (const card of board.cards) yield board.show(card)
    for (;;) {
      yield* settle()
      for (const card of board.cards.filter((each) => ready.has(each))) {
        if (attempts.size >= maxParallel && !stop.aborted) break
        ready.delete(card)
        if (stop.aborted) yield board.move(card, 'cancelled', { reason: 'the run was stopped before it began' })
        else yield* begin(card)
      }
      if (waits.size === 0) {
        if (ready.size > 0) continue
        if (board.cards.every(({ state }) => isFinal(state))) return board
        throw new CodexError('internal', 'The tasks of a plan wait for each other')
      }
      const { card, step } = await Promise.race(waits.values())
      waits.delete(card)
      const attempt = attempts.get(card)
      if (attempt === undefined) {
        const closed = closedByPerson(step, stop)
        if (closed === undefined) ready.add(card)
        else yield board.move(card, stop.aborted ? 'cancelled' : 'blocked', { reason: closed })
        continue
      }
      if (step.kind === 'event') {
        if (step.event.type === 'thread.started') {
          card.threadId = step.event.thread_id
          yield board.show(card)
        }
        const shown = board.passOn(card, step.event)
        if (shown) yield shown
        pull(card, attempt)
        continue
      }
      attempts.delete(card)
      const result = resultOf(step, card, attempt, stop)
      card.result = result
      if (result.threadId !== undefined) card.threadId = result.threadId
      if (result.usage) card.usage = card.usage ? addUsage(card.usage, result.usage) : result.usage
      if (result.status === 'done') yield board.move(card, 'done')
      else if (stop.aborted) yield board.move(card, 'cancelled', { reason: 'the run was stopped' })
      else if (result.status === 'blocked') yield board.move(card, 'blocked', { reason: result.error.message })
      else if (card.attempt <= card.task.retries) ready.add(card)
      else yield board.move(card, 'failed', { reason: result.error.message })
    }
  } finally {
    reader.abort(new CodexError('interrupted', 'The run was stopped'))
    await Promise.allSettled([...attempts.values()].map(({ events }) => events.return(stopped)))
  }
}

/** What a reader who leaves lets an attempt give; nobody reads it. */
const stopped: TaskResult = { status: 'failed', error: { message: 'the run was stopped' }, findings: [] }

async function agreeToAll(
  questions: readonly string[],
  task: Task,
  deps: RunPlanDeps,
  signal: AbortSignal,
): Promise<Step> {
  for (const question of questions) {
    const answer = await deps.agree(question, task, signal)
    if (answer !== true) return { kind: 'agreed', answer }
  }
  return { kind: 'agreed', answer: true }
}

function closedByPerson(step: Step, stop: AbortSignal): string | undefined {
  if (stop.aborted) return 'the run was stopped before it began'
  if (step.kind === 'threw') return `gate: the question could not be asked: ${messageOf(step.error)}`
  if (step.kind !== 'agreed' || step.answer === true) return undefined
  return step.answer === undefined ? 'gate: waits for a person, and nobody is there' : 'gate: a person said no'
}

function resultOf(
  step: Extract<Step, { kind: 'ended' | 'threw' }> | Step,
  card: TaskCard,
  { signal }: Attempt,
  stop: AbortSignal,
): TaskResult {
  const result: TaskResult =
    step.kind === 'ended'
      ? step.result
      : { status: 'failed', error: errorOf(step.kind === 'threw' ? step.error : undefined), findings: [] }
  if (result.status === 'done' || stop.aborted || !signal.aborted) return result
  const message = `took longer than ${card.task.timeout_ms} ms (timeout_ms)`
  return { ...result, status: 'failed', error: { message, code: 'agents.time' } }
}

function errorOf(error: unknown): { readonly message: string; readonly code?: string } {
  return { message: messageOf(error), ...(isCodexError(error) && { code: error.code }) }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function endedOf(card: TaskCard) {
  return { state: finalState(card), required: card.task.required, findings: card.result?.findings ?? [] }
}

function inputOf(card: TaskCard): TaskInput {
  const { task, agent, reason, result } = card
  return {
    ...{ task: task.id, title: task.title, agent, state: finalState(card) },
    ...(reason !== undefined && { reason }),
    ...(result?.status === 'done' && { text: result.text }),
    findings: result?.findings ?? [],
  }
}
