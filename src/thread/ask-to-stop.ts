import type { HistoryItem, ThreadEvent } from '../plugin-api/index.ts'
import type { TurnDeps } from './turn.ts'
import type { TurnState } from './turn-state.ts'

/** How often hooks may make one turn go on: one that always says no would spend all that there is. */
const maxContinuations = 5

/**
 * Asks the hooks of `Stop` whether the turn may end. Where one says no, its reason goes to the model as a message, in the tag of Codex, so that both
 * programs know that no person wrote it. True where the turn goes on.
 *
 * @param canGoOn a playbook's steps are written down: its hooks are told, and what they answer changes nothing
 */
export async function* askToStop(
  state: TurnState,
  { mayStop, ledger }: Pick<TurnDeps, 'mayStop' | 'ledger'>,
  { canGoOn }: { readonly canGoOn: boolean },
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, boolean> {
  if (mayStop === undefined) return false
  state.isStopAsked = true
  const refusal = await mayStop({ lastMessage: state.lastMessage ?? '', isContinued: state.continuations > 0 }, signal)
  if (refusal === undefined || !canGoOn) return false
  if (state.continuations === maxContinuations) {
    const message = `Hooks of Stop have made this turn go on ${maxContinuations} times, so it ends now, though one says: ${refusal}`
    yield ledger.add({ type: 'notice', message })
    return false
  }
  state.continuations += 1
  yield ledger.add({ type: 'notice', message: `A hook of Stop makes the turn go on: ${refusal}` })
  const text = `<hook_prompt hook_run_id="stop:${state.continuations}">${refusal}</hook_prompt>`
  const item: HistoryItem = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
  state.history.push(item)
  yield { type: 'response_item', item }
  return true
}
