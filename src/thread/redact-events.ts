import type { ThreadEvent } from '../plugin-api/index.ts'
import { redactValue } from '../tools/redact-value.ts'

/** Of a text that comes in pieces, so much waits at most for the end of a word. */
const maxHeldLength = 4096

/**
 * Takes credentials out of all that a thread says: what a model repeats, what a server quotes, what a prompt holds. A message that comes in
 * pieces is shown up to its last white space, which no credential holds; the rest waits for the next piece, the whole item, or the end.
 */
export async function* redactEvents(
  events: AsyncIterable<ThreadEvent>,
  redact: (text: string) => string,
): AsyncGenerator<ThreadEvent> {
  const held = new Map<string, string>()
  for await (const event of events) {
    if (event.type === 'item.delta') {
      const text = (held.get(event.item_id) ?? '') + event.delta
      const end = text.length > maxHeldLength ? text.length : endOfWords(text)
      held.set(event.item_id, text.slice(end))
      if (end > 0) yield { ...event, delta: redact(text.slice(0, end)) }
      continue
    }
    const isEnd = event.type.startsWith('turn.')
    for (const [id, rest] of held) {
      if (!isEnd && !(event.type === 'item.completed' && event.item.id === id)) continue
      held.delete(id)
      if (rest !== '') yield { type: 'item.delta', item_id: id, delta: redact(rest) }
    }
    yield redactValue(event, redact)
  }
}

/** Where the last word begins. */
function endOfWords(text: string): number {
  let end = text.length
  while (end > 0 && !/\s/.test(text.charAt(end - 1))) end -= 1
  return end
}
