import { CodexError, isCodexError, type ThreadEvent } from '../plugin-api/index.ts'
import type { CompactionOutcome } from './compact-in-turn.ts'
import { compact, nextModel, takeSeat } from './next-answer.ts'
import type { AskedCompaction, Turn, TurnDeps } from './turn.ts'
import type { TurnState } from './turn-state.ts'

/**
 * The turn of a person who asks for a shorter history: one summary, and nothing else is asked of the model. What was typed
 * is kept in the record beside the history. The summary is what the turn says last.
 *
 * @throws CodexError `thread.compaction` where no summary came, `provider.*`, `budget.*`; the abort reason
 */
export async function* compactThread(
  { said }: AskedCompaction,
  state: TurnState,
  turn: Turn,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  yield deps.ledger.add({ type: 'user_message', text: said, way: 'command' })
  const stage = turn.stages.find(({ preparing, provider }) => !preparing && !provider.modelFree)
  if (!stage) throw needsModel()
  const seat = takeSeat(stage)
  let outcome: CompactionOutcome | undefined
  while (outcome === undefined) {
    try {
      outcome = yield* compact('asked', { seat, state, turn, deps }, signal)
    } catch (error) {
      signal.throwIfAborted()
      const next = isCodexError(error) ? yield* nextModel(seat, error, deps, signal) : undefined
      if (!next) throw error
      seat.model = next
    }
  }
  if (outcome === 'no_summary') throw noSummary()
  if (outcome === 'compacted' && state.summary) state.lastMessage = state.summary
  if (outcome === 'unchanged') yield deps.ledger.add({ type: 'notice', message: nothingToCompact })
}

/** Said where a thread is as short as it can be. */
export const nothingToCompact =
  'Nothing is compacted: what the thread holds is its rules, what was asked, and its newest items, which a compaction keeps.'

/** What answers a `/compact` that no model would take. */
export function needsModel(): CodexError {
  return new CodexError('provider.unconfigured', 'A summary is written by a model, and here a playbook would run', {
    hint: 'Leave --playbook out and name a model: model = "NAME" in config.toml. Nothing of the thread is changed.',
  })
}

function noSummary(): CodexError {
  return new CodexError(
    'thread.compaction',
    'The model was asked for a summary of the thread, and gave none that is shorter; the thread is as it was',
    { hint: 'Ask again, with another focus or another model: codex resume ID -m MODEL "/compact FOCUS".' },
  )
}
