import type { ExecEvent } from '../../plugin-api/index.ts'

/** A line that grows longer than this is shown before its end; a secret across that place is taken out of the whole output only. */
const maxHeldLength = 8192

/** Takes secrets out of a command's output. Whole lines go on at once; the rest of a line waits for its end, so that no secret is shown in halves. */
export async function* redactStream(
  events: AsyncIterable<ExecEvent>,
  redact: (text: string) => string,
): AsyncGenerator<ExecEvent> {
  let held = ''
  for await (const event of events) {
    if (event.type === 'output') {
      const text = held + event.text
      const end = text.length > maxHeldLength ? text.length : text.lastIndexOf('\n') + 1
      held = text.slice(end)
      if (end > 0) yield { type: 'output', text: redact(text.slice(0, end)) }
      continue
    }
    if (held !== '') yield { type: 'output', text: redact(held) }
    held = ''
    yield event.type === 'exit' ? { ...event, output: redact(event.output) } : event
  }
  if (held !== '') yield { type: 'output', text: redact(held) }
}
