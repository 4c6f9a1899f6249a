import { CodexError } from '../plugin-api/errors.ts'
import type { TaskOutcome, ThreadEvent, Usage } from '../plugin-api/index.ts'
import {
  type FinalTaskState,
  isFinal,
  type RunEvent,
  type TaskResult,
  type TaskState,
  taskTransitions,
} from '../plugin-api/run.ts'
import type { AssignedTask } from './run-plan.ts'

type ItemEvent = Extract<RunEvent, { type: 'item.started' | 'item.updated' | 'item.completed' }>

/** What is known of one task while the run goes on. */
export interface TaskCard {
  readonly task: AssignedTask['task']
  readonly agent: string | null
  state: TaskState
  attempt: number
  reason?: string
  threadId?: string
  result?: TaskResult
  usage?: Usage
  begunAtMs?: number
  endedAtMs?: number
}

/** The tasks of a run and how each stands, as items of its stream. */
export interface TaskBoard {
  readonly cards: readonly TaskCard[]
  /** The card of a task. @throws CodexError `internal` for an id that the plan has not */
  card(id: string): TaskCard
  /** Takes a task to another state. @throws CodexError `internal` where the table of transitions has no such step */
  move(card: TaskCard, state: TaskState, change?: Pick<TaskCard, 'reason' | 'threadId'>): ItemEvent
  /** The item of a task as it is now, such as after its thread has begun. */
  show(card: TaskCard): ItemEvent
  /** What a thread of a task says, under an id of the run; undefined for what is the thread's own affair. */
  passOn(card: TaskCard, event: ThreadEvent): ItemEvent | undefined
  /** A warning of the run itself. */
  warn(message: string): ItemEvent
  /** How every task ended, in the order of the plan. */
  outcomes(): readonly TaskOutcome[]
}

/** What a person has to see of a thread that runs for a task. */
const passed: ReadonlySet<string> = new Set([
  'finding',
  'denial',
  'approval',
  'review',
  'error',
  'budget_warning',
  'model_switch',
])

export function createTaskBoard(tasks: readonly AssignedTask[], nowMs: () => number): TaskBoard {
  const cards = tasks.map(({ task, agent }): TaskCard => ({ task, agent, state: 'pending', attempt: 0 }))
  const ids = new Map<string, string>()
  const idOf = (key: string): { readonly id: string; readonly isNew: boolean } => {
    const known = ids.get(key)
    const id = known ?? `item_${ids.size}`
    ids.set(key, id)
    return { id, isNew: known === undefined }
  }

  const show = (card: TaskCard): ItemEvent => {
    const { task, agent, state, attempt, reason, threadId } = card
    const { id, isNew } = idOf(`task ${task.id}`)
    return {
      type: isFinal(state) ? 'item.completed' : isNew ? 'item.started' : 'item.updated',
      item: {
        ...{ id, type: 'task', task_id: task.id, title: task.title, agent, state, attempt },
        ...(threadId !== undefined && { thread_id: threadId }),
        ...(reason !== undefined && { reason }),
      },
    }
  }

  return {
    cards,
    show,
    card(id) {
      const card = cards.find(({ task }) => task.id === id)
      if (!card) throw new CodexError('internal', `The plan has no task "${id}"`)
      return card
    },
    move(card, state, { reason, threadId } = {}) {
      if (!taskTransitions[card.state].includes(state)) {
        throw new CodexError('internal', `The task "${card.task.id}" cannot go from ${card.state} to ${state}`)
      }
      card.state = state
      if (state === 'assigned') card.attempt += 1
      if (state === 'assigned') card.begunAtMs ??= nowMs()
      if (isFinal(state)) card.endedAtMs = nowMs()
      if (state === 'assigned') delete card.threadId
      if (threadId !== undefined) card.threadId = threadId
      if (reason === undefined) delete card.reason
      else card.reason = reason
      return show(card)
    },
    passOn(card, event) {
      if (event.type !== 'item.started' && event.type !== 'item.updated' && event.type !== 'item.completed')
        return undefined
      if (!passed.has(event.item.type)) return undefined
      const { id } = idOf(`${card.task.id} ${card.attempt} ${event.item.id}`)
      const item = { ...event.item, id }
      if (item.type !== 'finding' || item.authors !== undefined || card.agent === null)
        return { type: event.type, item }
      return { type: event.type, item: { ...item, authors: [card.agent] } }
    },
    warn: (message) => ({
      type: 'item.completed',
      item: { id: idOf(`warning ${ids.size}`).id, type: 'error', message },
    }),
    outcomes: () => cards.map(outcomeOf),
  }
}

function outcomeOf({
  task,
  agent,
  state,
  attempt,
  reason,
  threadId,
  result,
  usage,
  begunAtMs,
  endedAtMs,
}: TaskCard): TaskOutcome {
  return {
    task: task.id,
    title: task.title,
    agent,
    state,
    required: task.required,
    attempts: attempt,
    ...(reason !== undefined && { reason }),
    ...(result && result.status !== 'done' && result.error.code !== undefined && { error_code: result.error.code }),
    ...(result?.status === 'done' && { text: result.text }),
    ...(threadId !== undefined && { thread_id: threadId }),
    ...(result?.engine !== undefined && { engine: result.engine }),
    findings: result?.findings.length ?? 0,
    ...(result?.changes && { changes: [...result.changes] }),
    ...(usage && { usage }),
    duration_ms: begunAtMs === undefined || endedAtMs === undefined ? 0 : Math.round(endedAtMs - begunAtMs),
  }
}

/** The state of a task that has ended. @throws CodexError `internal` where it has not */
export function finalState(card: TaskCard): FinalTaskState {
  if (isFinal(card.state)) return card.state
  throw new CodexError('internal', `The task "${card.task.id}" has not ended`)
}
