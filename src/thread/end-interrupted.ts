import type { HistoryItem, ThreadEvent } from '../plugin-api/index.ts'
import { type Call, interruptedOutput, isCall, isOutput } from './pair-calls.ts'

/** In a tag of Codex, so that both programs know that no person wrote it. */
const notice = `<turn_aborted>
The user stopped this turn. What was running has been ended, and may be half done: look before you build on it.
</turn_aborted>`

/**
 * Hands a turn on. Where it is interrupted, each call that was cut has an output before the turn ends, and the model will be told: the
 * history is whole, and the thread can go on.
 *
 * @throws what the turn throws
 */
export async function* endInterrupted(
  events: AsyncIterable<ThreadEvent>,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  const openCalls = new Map<string, Call>()
  try {
    for await (const event of events) {
      if (event.type === 'response_item') note(event.item, openCalls)
      yield event
    }
  } catch (error) {
    if (signal.aborted) {
      for (const call of openCalls.values()) yield { type: 'response_item', item: interruptedOutput(call) }
      const content = [{ type: 'input_text' as const, text: notice }]
      yield { type: 'response_item', item: { type: 'message', role: 'user', content } }
    }
    throw error
  }
}

function note(item: HistoryItem, openCalls: Map<string, Call>): void {
  if (isCall(item)) openCalls.set(item.call_id, item)
  if (isOutput(item)) openCalls.delete(item.call_id)
}
