import { turnErrorSchema, usageSchema } from '../../plugin-api/events.ts'
import { findingSchema } from '../../plugin-api/finding.ts'
import type { Finding, ThreadEvent, TurnError, Usage } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'
import type { RolloutLine } from '../../thread/rollout-lines.ts'
import type { ThreadStore } from '../../thread/thread-store.ts'
import { engineOf, resultOf } from './run-task-thread.ts'

/** What the thread of an attempt did before the process that ran it was gone. */
export interface AttemptSoFar {
  readonly findings: readonly Finding[]
  /** What came of it, where its turn ended before; absent: it was cut off. */
  readonly result?: TaskResult
  /** Whether the same thread can go on: a model did something in it. What a playbook began begins anew. */
  readonly canGoOn: boolean
}

/** Reads it from the thread's record; undefined where there is none. @throws CodexError `rollout.unreadable` */
export function attemptSoFar(threadId: string, threads: ThreadStore): AttemptSoFar | undefined {
  const kept = threads.records().find((record) => record.threadId === threadId)
  if (kept === undefined) return undefined
  const findings: Finding[] = []
  let engine: string | undefined
  let usage: Usage | undefined
  let end: { readonly text: string } | { readonly error: TurnError } | undefined
  let hasWork = false
  for (const { line } of threads.lines(kept, 0)) {
    if (line?.type === 'turn_context') engine = engineIn(line.payload) ?? engine
    if (line?.type === 'response_item' && isWork(line.payload)) hasWork = true
    if (line?.type !== 'event_msg') continue
    const { payload } = line
    if (payload.type === 'task_started' || payload.type === 'turn_aborted') end = undefined
    if (payload.type === 'task_complete') end = endOf(payload)
    if (payload.type === 'token_count') usage = usageIn(payload) ?? usage
    if (payload.type === 'item_completed') findings.push(...findingIn(payload))
  }
  const facts = { findings, threadId, ...(usage && { usage }), ...(engine !== undefined && { engine }) }
  return {
    findings,
    ...(end && { result: resultOf(facts, end) }),
    canGoOn: !kept.archived && hasWork && engine !== 'playbook',
  }
}

/** What was found before, for those who look on. */
export function* shownFindings({ findings }: AttemptSoFar): Generator<ThreadEvent> {
  for (const [index, finding] of findings.entries())
    yield { type: 'item.completed', item: { id: `kept_${index}`, type: 'finding', finding } }
}

/** Whether an item is of whoever answered, and not of those who asked. */
function isWork({ type, role }: RolloutLine['payload']): boolean {
  return type === 'message' ? role === 'assistant' : type !== 'agent_message'
}

function endOf({ last_agent_message: text, error }: RolloutLine['payload']) {
  const failure = turnErrorSchema.safeParse(error)
  return failure.success ? { error: failure.data } : { text: typeof text === 'string' ? text : '' }
}

function findingIn({ item }: RolloutLine['payload']): readonly Finding[] {
  if (typeof item !== 'object' || item === null || !('type' in item) || item.type !== 'Finding') return []
  const found = findingSchema.safeParse('finding' in item ? item.finding : undefined)
  return found.success ? [found.data] : []
}

function usageIn({ info }: RolloutLine['payload']): Usage | undefined {
  const total =
    typeof info === 'object' && info !== null && 'total_token_usage' in info ? info.total_token_usage : undefined
  const found = usageSchema.safeParse(total)
  return found.success ? found.data : undefined
}

function engineIn({ model, model_provider }: RolloutLine['payload']): string | undefined {
  if (typeof model !== 'string' || typeof model_provider !== 'string') return undefined
  return engineOf({ model, model_provider })
}
