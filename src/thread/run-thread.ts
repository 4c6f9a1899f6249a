import {
  isCodexError,
  type ThreadEvent,
  type ThreadMeta,
  type TurnContext,
  type TurnError,
} from '../plugin-api/index.ts'
import type { ValueRedactor } from '../security/redact.ts'
import { endInterrupted } from './end-interrupted.ts'
import { redactEvents } from './redact-events.ts'
import type { Rollout } from './rollout.ts'
import { runTurn } from './run-turn.ts'
import type { Turn, TurnDeps } from './turn.ts'

export interface ThreadRun {
  readonly turn: Turn
  readonly context: TurnContext
  readonly meta: ThreadMeta
  /** True for a thread that begins now: its `session_meta` is not in the rollout yet. */
  readonly isNew: boolean
  /** Events to show before the model is asked: activation, warnings. */
  readonly preface: readonly ThreadEvent[]
  /** What is wrong around the thread, told before the turn begins. */
  readonly warnings: readonly ThreadEvent[]
  /** Takes secrets out of a text; whatever the thread says passes it before it is kept or handed out. */
  readonly redact: ValueRedactor
  /** Absent: the thread is kept nowhere. Whoever opened it closes it. */
  readonly rollout?: Rollout
}

/**
 * Runs one turn of a thread as the one ordered stream: each event is in the rollout before it is handed out. A failure
 * ends the stream with `error` and `turn.failed`, an interruption with `turn.interrupted`; neither is thrown.
 *
 * @throws CodexError `rollout.unwritable`
 */
export async function* runThread(run: ThreadRun, deps: TurnDeps, signal: AbortSignal): AsyncGenerator<ThreadEvent> {
  const { rollout, turn } = run
  for await (const event of redactEvents(threadEvents(run, deps, signal), run.redact)) {
    rollout?.append(event, turn.turnId)
    yield event
  }
  await rollout?.sync()
}

async function* threadEvents(run: ThreadRun, deps: TurnDeps, signal: AbortSignal): AsyncGenerator<ThreadEvent> {
  yield { type: 'thread.started', thread_id: run.turn.threadId, ...(run.isNew && { meta: run.meta }) }
  yield* run.warnings
  deps.messages?.inbox.open(run.turn.turnId, refusal(run.turn))
  yield { type: 'turn.started', turn_id: run.turn.turnId }
  yield { type: 'turn.context', context: run.context }
  yield* run.preface
  try {
    yield* endInterrupted(runTurn(run.turn, deps, signal), signal)
  } catch (error) {
    if (deps.lastItems) yield* deps.lastItems()
    if (signal.aborted) {
      yield* deps.ledger.failAll()
      yield { type: 'turn.interrupted', reason: 'interrupted' }
      return
    }
    const failure = turnError(error)
    yield { type: 'error', message: failure.message }
    yield { type: 'turn.failed', error: failure }
  }
}

/** Why the turn takes no messages of a person; undefined where it does. */
function refusal({ stages, agent, compaction }: Turn): string | undefined {
  if (compaction) return 'The thread is being summarised, and no request follows: this turn cannot be steered'
  if (stages.at(-1)?.provider.modelFree !== true) return undefined
  return `${agent ? `Agent ${agent.agent.id}` : 'This turn'} carries out a playbook, whose steps are written down: it cannot be steered`
}

function turnError(error: unknown): TurnError {
  if (isCodexError(error)) return { message: error.message, code: error.code, ...(error.hint && { hint: error.hint }) }
  return { message: error instanceof Error ? error.message : String(error), code: 'internal' }
}
