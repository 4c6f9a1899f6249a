import type { HistoryItem, ThreadEvent } from '../plugin-api/index.ts'
import type { ValueRedactor } from '../security/redact.ts'
import { redactValue } from '../tools/redact-value.ts'
import { redactArguments } from '../tools/sealed-arguments.ts'
import { type HeldWords, holdWords } from './hold-words.ts'

/**
 * Takes secrets that are known out of all that a thread says: what a model repeats, what a server quotes, what a prompt holds. A message that comes in
 * pieces is shown up to its last white space, but for what may be the beginning of a longer value; the rest waits for the next piece, the whole item, or the end.
 */
export async function* redactEvents(
  events: AsyncIterable<ThreadEvent>,
  redact: ValueRedactor,
): AsyncGenerator<ThreadEvent> {
  const heldById = new Map<string, HeldWords>()
  for await (const event of events) {
    if (event.type === 'item.delta') {
      const held = heldById.get(event.item_id) ?? holdWords(redact)
      heldById.set(event.item_id, held)
      const delta = held.push(event.delta)
      if (delta !== '') yield { ...event, delta: redact(delta) }
      continue
    }
    const isEnd = event.type.startsWith('turn.')
    for (const [id, held] of heldById) {
      if (!isEnd && !(event.type === 'item.completed' && event.item.id === id)) continue
      heldById.delete(id)
      const rest = held.rest()
      if (rest !== '') yield { type: 'item.delta', item_id: id, delta: redact(rest) }
    }
    yield event.type === 'response_item'
      ? { ...event, item: redactItem(event.item, redact) }
      : redactValue(event, redact)
  }
}

/** What is sealed is no text: it is kept and sent back as it came, or its server cannot read it. */
function redactItem(item: HistoryItem, redact: ValueRedactor): HistoryItem {
  const open = redactValue(item, redact)
  if (open === item) return item
  if (item.type === 'reasoning' && open.type === 'reasoning')
    return { ...open, encrypted_content: item.encrypted_content }
  if (item.type === 'agent_message' && open.type === 'agent_message') {
    const sealed = item.content.map((part, index) => (part.type === 'encrypted_content' ? part : open.content[index]))
    return { ...open, content: sealed.filter((part) => part !== undefined) }
  }
  if (item.type !== 'function_call' || item.sealed === undefined || open.type !== 'function_call') return open
  return { ...open, arguments: redactArguments(item.arguments, item.sealed, redact) }
}
