import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { Plan, Task, ThreadEvent } from '../plugin-api/index.ts'
import { planNeeds, tasksBefore } from '../plugin-api/plan-graph.ts'
import type { RunEvent, TaskInput, TaskResult } from '../plugin-api/run.ts'
import { isFinal } from '../plugin-api/task-states.ts'
import { checkGates } from './check-gates.ts'
import type { KeptTask } from './kept-task.ts'
import { createTaskBoard, type TaskBoard, type TaskBoardDeps } from './task-board.ts'
import { endAttempt, finalState, findingsOf, type TaskCard } from './task-card.ts'

/** A task and who takes it. */
export interface AssignedTask {
  readonly task: Task
  /** Id of the agent; null where nobody can take it. */
  readonly agent: string | null
  /** Who else can, in order: each takes it once the one before has spent its retries. Absent: nobody. */
  readonly others?: readonly string[]
  /** Why nobody can. */
  readonly reason?: string
}

/** One attempt at a task. */
export interface TaskAttempt extends AssignedTask {
  /** From 1. */
  readonly attempt: number
  /** Its thread gets this id. */
  readonly threadId: string
  /** True for an attempt that was begun before the run was killed or stopped: a thread of that id may be there. */
  readonly goesOn: boolean
  /** What the tasks that this one needs hand to it, in the order of the plan. */
  readonly inputs: readonly TaskInput[]
}

/** What the tasks of a plan are carried out with. */
export interface RunPlanDeps extends TaskBoardDeps {
  /** Carries out one attempt. Ends soon after the signal has aborted. What it throws is a failed attempt. */
  runTask(attempt: TaskAttempt, signal: AbortSignal): AsyncGenerator<ThreadEvent, TaskResult>
  newThreadId(): string
  /** Asks a person; undefined: nobody is there. */
  agree(question: string, task: Task, signal: AbortSignal): Promise<boolean | undefined>
}

/** What of a plan is carried out, and how much of it at once. */
export interface PlanToRun {
  readonly plan: Pick<Plan, 'strategy' | 'max_runtime_seconds'>
  /** In the order of the plan, each id once and no cycle among them (`planProblems`). */
  readonly tasks: readonly AssignedTask[]
  /** From 1. */
  readonly maxParallel: number
  /** How the tasks of a run that goes on stand, by id. Absent: it begins. */
  readonly kept?: ReadonlyMap<string, KeptTask>
}

/** What came of carrying out a plan. */
export interface PlanEnd {
  readonly board: TaskBoard
  /** Why not all of it could be carried out. Absent: all was, or the signal aborted. */
  readonly reason?: string
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
 * stopped, and what has not begun is cancelled; so it is where the plan took longer than it may. Nothing that an agent does throws.
 * Of a run that goes on, what is done or has failed stays; an attempt that was open goes on; everything else is looked at anew.
 *
 * @throws what `record` throws: all that runs is stopped then
 */
export async function* runPlan(
  { plan, tasks, maxParallel, kept }: PlanToRun,
  deps: RunPlanDeps,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, PlanEnd> {
  const needs = planNeeds({ ...plan, tasks: tasks.map(({ task }) => task) })
  const before = tasksBefore(needs)
  const board = createTaskBoard(tasks, deps, kept)
  const reader = new AbortController()
  const { max_runtime_seconds: seconds } = plan
  const overtime = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000)
  const stop = AbortSignal.any([signal, reader.signal, ...(overtime ? [overtime] : [])])
  const isOver = () => overtime?.aborted === true && !signal.aborted
  const tooLong = `the run took longer than ${seconds} s (max_runtime_seconds)`
  const cancel = (card: TaskCard, when: string) =>
    board.move(card, 'cancelled', { reason: isOver() ? tooLong : `the run was stopped${when}` })
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
    const { isOpen: goesOn, givenThreadId } = card
    const assigned = assignedOf(card)
    const threadId = goesOn && givenThreadId !== undefined ? givenThreadId : deps.newThreadId()
    yield board.assign(card, { agent: goesOn ? card.agent : (agentAfter(assigned, card.failures) ?? null), threadId })
    const inputs = (needs.get(card.task.id) ?? []).map((id) => inputOf(board.card(id)))
    const limited = AbortSignal.any([stop, AbortSignal.timeout(card.task.timeout_ms)])
    const asked = { ...assigned, agent: card.agent, attempt: card.attempt, threadId, goesOn, inputs }
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
          yield cancel(card, ' before it began')
          continue
        }
        const ended = new Map(earlier.map((each) => [each.task.id, endedOf(each)]))
        const answer = checkGates(card.task, needs.get(card.task.id) ?? [], ended)
        const closed =
          answer.closed ?? (card.agent === null ? (assignedOf(card).reason ?? 'nobody takes it') : undefined)
        if (closed !== undefined) yield board.move(card, 'blocked', { reason: closed })
        else if (answer.closed === undefined && answer.questions.length > 0 && !card.isAgreed) {
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
        if (stop.aborted) yield cancel(card, ' before it began')
        else yield* begin(card)
      }
      if (waits.size === 0) {
        if (ready.size > 0) continue
        if (board.cards.every(({ state }) => isFinal(state))) return { board, ...(isOver() && { reason: tooLong }) }
        throw new CodexError('internal', 'The tasks of a plan wait for each other')
      }
      const { card, step } = await Promise.race(waits.values())
      waits.delete(card)
      const attempt = attempts.get(card)
      if (attempt === undefined) {
        const closed = closedByPerson(step)
        if (stop.aborted) yield cancel(card, ' before it began')
        else if (closed !== undefined) yield board.move(card, 'blocked', { reason: closed })
        else {
          card.isAgreed = true
          board.keep(card)
          ready.add(card)
        }
        continue
      }
      if (step.kind === 'event') {
        if (step.event.type === 'thread.started') {
          card.threadId = step.event.thread_id
          if (card.threadId !== card.givenThreadId) board.keep(card)
          yield board.show(card)
        }
        const shown = board.passOn(card, step.event)
        if (shown) yield shown
        pull(card, attempt)
        continue
      }
      attempts.delete(card)
      const result = resultOf(step, card, attempt, stop)
      endAttempt(card, result)
      const wasStopped = result.status === 'failed' && result.error.code === 'interrupted'
      card.isOpen = result.status !== 'done' && (stop.aborted || wasStopped)
      if (result.status === 'done') yield board.move(card, 'done')
      else if (stop.aborted) yield cancel(card, '')
      else if (wasStopped) yield board.move(card, 'cancelled', { reason: 'it was told to stop' })
      else if (result.status === 'blocked') yield board.move(card, 'blocked', { reason: result.error.message })
      else {
        card.failures += 1
        if (agentAfter(assignedOf(card), card.failures) === undefined) {
          yield board.move(card, 'failed', { reason: result.error.message })
        } else {
          board.keep(card)
          ready.add(card)
        }
      }
    }
  } finally {
    reader.abort(new CodexError('interrupted', 'The run was stopped'))
    await Promise.allSettled([...attempts.values()].map(({ events }) => events.return(stopped)))
  }
}

/** What a reader who leaves lets an attempt give; nobody reads it. */
const stopped: TaskResult = { status: 'failed', error: { message: 'the run was stopped' }, findings: [] }

/** Who tries a task after so many attempts failed: each agent once and as often again as its `retries` say; undefined: nobody any more. */
function agentAfter({ task, agent, others = [] }: AssignedTask, failures: number): string | null | undefined {
  return [agent, ...others][Math.floor(failures / (task.retries + 1))]
}

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

function closedByPerson(step: Step): string | undefined {
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
  if (result.status === 'done') return { ...result, text: bounded(result.text) }
  if (stop.aborted || !signal.aborted) return result
  const message = `took longer than ${card.task.timeout_ms} ms (timeout_ms)`
  return { ...result, status: 'failed', error: { message, code: 'agents.time' } }
}

/** Characters of an answer that are kept; the thread has it whole. */
const maxTextLength = 1_000_000

function bounded(text: string): string {
  const left = text.length - maxTextLength
  return left <= 0 ? text : `${text.slice(0, maxTextLength)}\n[${left} further characters are in its thread]`
}

function errorOf(error: unknown): { readonly message: string; readonly code?: string } {
  return { message: messageOf(error), ...(isCodexError(error) && { code: error.code }) }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function endedOf(card: TaskCard) {
  return { state: finalState(card), required: card.task.required, findings: findingsOf(card) }
}

function inputOf(card: TaskCard): TaskInput {
  const { task, agent, reason, result } = card
  return {
    ...{ task: task.id, title: task.title, agent, state: finalState(card) },
    ...(reason !== undefined && { reason }),
    ...(result?.status === 'done' && { text: result.text }),
    findings: findingsOf(card),
    ...(result?.changes && { changes: result.changes }),
  }
}
