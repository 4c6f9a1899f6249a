import type { HistoryItem, ThreadEvent } from '../plugin-api/index.ts'
import type { TurnDeps } from './turn.ts'
import type { TurnState } from './turn-state.ts'

/**
 * Puts what other agents said, and then what a person added to the turn into the history, each as a message of its own, once the hooks of prompts let it
 * pass. True where something came in.
 *
 * @param isLast the turn ends unless there is something: from then on nothing more is added
 * @throws the abort reason
 */
export async function* takeMessages(
  state: TurnState,
  deps: TurnDeps,
  { isLast }: { readonly isLast: boolean },
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, boolean> {
  const { messages, ledger } = deps
  const heard = deps.heard?.({ isLast }) ?? []
  for (const item of heard) {
    state.history.push(item)
    yield { type: 'response_item', item }
  }
  let hasMore = heard.length > 0
  if (!messages) return hasMore
  // A hook takes time: what came in meanwhile belongs to the same request.
  for (;;) {
    const texts = isLast && !hasMore ? messages.inbox.takeOrClose() : messages.inbox.take()
    if (texts.length === 0) return hasMore
    for (const text of texts) {
      const { refusal, contexts } = await messages.check(text, signal)
      if (refusal !== undefined) {
        yield ledger.add({ type: 'error', message: `The message was refused: ${refusal}` })
        continue
      }
      hasMore = true
      yield ledger.add({ type: 'user_message', text, way: 'steer' })
      for (const item of [...contexts.map((context) => message('developer', context)), message('user', text)]) {
        state.history.push(item)
        yield { type: 'response_item', item }
      }
    }
  }
}

function message(role: 'developer' | 'user', text: string): HistoryItem {
  return { type: 'message', role, content: [{ type: 'input_text', text }] }
}
