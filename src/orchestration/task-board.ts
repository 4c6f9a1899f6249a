import { CodexError } from '../plugin-api/errors.ts'
import type { TaskOutcome, ThreadEvent } from '../plugin-api/index.ts'
import type { RunEvent, TaskResult } from '../plugin-api/run.ts'
import { isFinal, type TaskState, taskTransitions } from '../plugin-api/task-states.ts'
import type { KeptTask } from './kept-task.ts'
import { placeOf } from './merge-findings-of.ts'
import type { AssignedTask } from './run-plan.ts'
import { cardOf, keptOf, outcomeOf, type TaskCard } from './task-card.ts'

type ItemEvent = Extract<RunEvent, { type: 'item.started' | 'item.updated' | 'item.completed' }>

/** The tasks of a run and how each stands, as items of its stream. What changes is kept before its item is given. */
export interface TaskBoard {
  readonly cards: readonly TaskCard[]
  /** The card of a task. @throws CodexError `internal` for an id that the plan has not */
  card(id: string): TaskCard
  /** Takes a task to another state. @throws CodexError `internal` where the table of transitions has no such step */
  move(card: TaskCard, state: TaskState, change?: Pick<TaskCard, 'reason'>): ItemEvent
  /** Begins an attempt, or goes on with the open one. */
  assign(card: TaskCard, to: { readonly agent: string | null; readonly threadId: string }): ItemEvent
  /** Keeps how a task stands, where nothing of it is to be shown. */
  keep(card: TaskCard): void
  /** The item of a task as it is now, such as after its thread has begun. */
  show(card: TaskCard): ItemEvent
  /** What a thread of a task says, under an id of the run; undefined for what is the thread's own affair. */
  passOn(card: TaskCard, event: ThreadEvent): ItemEvent | undefined
  /** A warning of the run itself. */
  warn(message: string): ItemEvent
  /** A fact about the run that is no fault. */
  notice(message: string): ItemEvent
  /** How every task ended, in the order of the plan. */
  outcomes(): readonly TaskOutcome[]
}

/** Whether a person has to see an item of a thread that runs for a task, or plans. */
export const isForPeople = ({ type }: { readonly type: string }): boolean => passed.has(type)

const passed: ReadonlySet<string> = new Set([
  'finding',
  'team_message',
  'denial',
  'approval',
  'review',
  'error',
  'budget_warning',
  'model_switch',
])

/** What a board is made with besides its tasks. */
export interface TaskBoardDeps {
  nowMs(): number
  /** Keeps how a task stands; it is durable when this returns. Absent: nothing is kept. @throws what ends the run */
  record?(task: KeptTask): void
}

/** @param kept how the tasks of a run that goes on stand, by id */
export function createTaskBoard(
  tasks: readonly AssignedTask[],
  { nowMs, record }: TaskBoardDeps,
  kept: ReadonlyMap<string, KeptTask> = new Map(),
): TaskBoard {
  const cards = tasks.map((each) => cardOf(each, kept.get(each.task.id)))
  /** Results that are kept already. */
  const keptResults = new Set<TaskResult>(cards.flatMap(({ result }) => result ?? []))
  const keep = (card: TaskCard): void => {
    const isNew = card.result !== undefined && !keptResults.has(card.result)
    record?.(keptOf(card, { isResultNew: isNew, nowMs: nowMs() }))
    if (card.result) keptResults.add(card.result)
  }
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
    move(card, state, { reason } = {}) {
      if (!taskTransitions[card.state].includes(state)) {
        throw new CodexError('internal', `The task "${card.task.id}" cannot go from ${card.state} to ${state}`)
      }
      card.state = state
      if (isFinal(state)) card.endedAtMs = nowMs()
      if (reason === undefined) delete card.reason
      else card.reason = reason
      keep(card)
      return show(card)
    },
    assign(card, { agent, threadId }) {
      if (!card.isOpen) {
        card.attempt += 1
        if (card.usage) card.earlierUsage = card.usage
      }
      card.isOpen = true
      card.agent = agent
      card.givenThreadId = threadId
      card.begunAtMs ??= nowMs()
      delete card.threadId
      return this.move(card, 'assigned')
    },
    keep,
    passOn(card, event) {
      if (event.type !== 'item.started' && event.type !== 'item.updated' && event.type !== 'item.completed')
        return undefined
      if (!isForPeople(event.item)) return undefined
      const { item: said } = event
      if (said.type === 'finding' && said.authors) {
        // Published: another task that finds the same says it again, with one more author.
        const { id, isNew } = idOf(`finding ${placeOf(said.finding)}`)
        return { type: isNew ? 'item.completed' : 'item.updated', item: { ...said, id } }
      }
      const { id } = idOf(`${card.task.id} ${card.attempt} ${said.id}`)
      const item = { ...said, id }
      if (item.type !== 'finding' || card.agent === null) return { type: event.type, item }
      return { type: event.type, item: { ...item, authors: [card.agent] } }
    },
    warn: (message) => ({
      type: 'item.completed',
      item: { id: idOf(`warning ${ids.size}`).id, type: 'error', message },
    }),
    notice: (message) => ({
      type: 'item.completed',
      item: { id: idOf(`notice ${ids.size}`).id, type: 'notice', message },
    }),
    outcomes: () => cards.map(outcomeOf),
  }
}
