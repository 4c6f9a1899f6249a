import { CodexError } from '../plugin-api/errors.ts'
import type { Finding, TaskOutcome, Usage } from '../plugin-api/index.ts'
import { addUsage } from '../plugin-api/model-stream/add-usage.ts'
import type { TaskResult } from '../plugin-api/run.ts'
import { type FinalTaskState, isFinal, type TaskState } from '../plugin-api/task-states.ts'
import type { KeptTask } from './kept-task.ts'
import { placeOf } from './merge-findings-of.ts'
import type { AssignedTask } from './run-plan.ts'

/** What is known of one task while the run goes on. */
export interface TaskCard {
  readonly task: AssignedTask['task']
  agent: string | null
  state: TaskState
  attempt: number
  /** Attempts that failed. */
  failures: number
  /** Whether the last attempt was begun and has not come to its end. */
  isOpen: boolean
  /** Whether a person said yes to what its gates ask. */
  isAgreed: boolean
  reason?: string
  /** Of the last attempt, once it has begun. */
  threadId?: string
  /** What the thread of the last attempt is called before it begins. */
  givenThreadId?: string
  /** Of the last attempt that ended in this process, or of a task that has ended. */
  result?: TaskResult
  /** What attempts found that came to nothing. */
  found: readonly Finding[]
  /** Of all attempts. */
  usage?: Usage
  /** Of those before the last one. */
  earlierUsage?: Usage
  /** What it took in earlier processes of the run. */
  earlierMs: number
  begunAtMs?: number
  endedAtMs?: number
}

/** A task that was not done and has not failed is tried now, as if nothing kept it from beginning. */
export function cardOf({ task, agent }: AssignedTask, kept: KeptTask | undefined): TaskCard {
  const fresh = { task, agent, state: 'pending', attempt: 0, failures: 0, isOpen: false, isAgreed: false } as const
  if (kept === undefined) return { ...fresh, found: [], earlierMs: 0 }
  const { state, attempt, failures, open, reason, thread_id: threadId, result, usage } = kept
  const hasEnded = state === 'done' || state === 'failed'
  return {
    ...{ ...fresh, agent: kept.agent, attempt, failures, isOpen: open && !hasEnded, isAgreed: kept.agreed ?? false },
    state: hasEnded ? state : 'pending',
    ...(hasEnded && reason !== undefined && { reason }),
    ...(threadId !== undefined && { givenThreadId: threadId }),
    ...(hasEnded && threadId !== undefined && { threadId }),
    ...(hasEnded && result && { result: { ...result, ...(threadId !== undefined && { threadId }) } }),
    found: result && result.status !== 'done' ? result.findings : [],
    ...(usage && { usage }),
    ...(kept.earlier_usage && { earlierUsage: kept.earlier_usage }),
    earlierMs: kept.duration_ms,
  }
}

/** How a task stands, to be kept. @param isResultNew false where its result was kept before */
export function keptOf(
  card: TaskCard,
  { isResultNew, nowMs }: { readonly isResultNew: boolean; readonly nowMs: number },
): KeptTask {
  const { task, state, agent, attempt, failures, isOpen, isAgreed, reason, result, usage, earlierUsage } = card
  const threadId = card.threadId ?? card.givenThreadId
  return {
    ...{ task: task.id, state, agent, attempt, failures, open: isOpen },
    ...(reason !== undefined && { reason }),
    ...(threadId !== undefined && { thread_id: threadId }),
    ...(isResultNew && result && { result: keptResult(result) }),
    ...(usage && { usage }),
    ...(earlierUsage && { earlier_usage: earlierUsage }),
    ...(isAgreed && { agreed: true }),
    duration_ms: durationOf(card, nowMs),
  }
}

function keptResult({ threadId: _, ...result }: TaskResult): NonNullable<KeptTask['result']> {
  return result
}

function durationOf({ earlierMs, begunAtMs, endedAtMs }: TaskCard, nowMs: number): number {
  return earlierMs + (begunAtMs === undefined ? 0 : Math.round((endedAtMs ?? nowMs) - begunAtMs))
}

/** Notes what came of an attempt: its tokens join those of the ones before, and so do its findings where it came to nothing. */
export function endAttempt(card: TaskCard, result: TaskResult): void {
  if (result.status !== 'done') card.found = distinct([...card.found, ...result.findings])
  card.result = result.status === 'done' ? result : { ...result, findings: card.found }
  if (result.threadId !== undefined) card.threadId = result.threadId
  if (result.usage) card.usage = card.earlierUsage ? addUsage(card.earlierUsage, result.usage) : result.usage
}

/** What counts of a task's findings: of one that is done those of its last attempt, else those of all. */
export const findingsOf = ({ result, found }: TaskCard): readonly Finding[] => result?.findings ?? found

/** Attempts at one task find the same flaws again. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.toReversed().map((each) => [placeOf(each), each])).values()].toReversed()
}

/** How a task ended. */
export function outcomeOf(card: TaskCard): TaskOutcome {
  const { task, agent, state, attempt, reason, threadId, result, usage } = card
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
    findings: findingsOf(card).length,
    ...(result?.changes && { changes: [...result.changes] }),
    ...(usage && { usage }),
    duration_ms: durationOf(card, card.begunAtMs ?? 0),
  }
}

/** The state of a task that has ended. @throws CodexError `internal` where it has not */
export function finalState(card: TaskCard): FinalTaskState {
  if (isFinal(card.state)) return card.state
  throw new CodexError('internal', `The task "${card.task.id}" has not ended`)
}
