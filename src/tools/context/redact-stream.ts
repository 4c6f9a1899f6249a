import type { ExecEvent } from '../../plugin-api/index.ts'

/** A line that grows longer than this is shown before its end; a secret across that place is taken out of the whole output only. */
const maxHeldLength = 8192

/** Takes secrets out of a text that comes in pieces: whole lines go on at once; the rest of a line waits for its end, so that no secret is shown in halves. */
export interface StreamRedactor {
  /** What can be shown now. */
  push(text: string): string
  /** Whether the rest of a line waits. */
  holds(): boolean
  /** The rest of a line, where its end is not waited for. */
  flush(): string
}

export function createStreamRedactor(redact: (text: string) => string): StreamRedactor {
  let held = ''
  return {
    push(piece) {
      const text = held + piece
      const end = text.length > maxHeldLength ? text.length : text.lastIndexOf('\n') + 1
      held = text.slice(end)
      return end > 0 ? redact(text.slice(0, end)) : ''
    },
    holds: () => held !== '',
    flush() {
      const rest = held
      held = ''
      return rest === '' ? '' : redact(rest)
    },
  }
}

/** Takes secrets out of a command's output. */
export async function* redactStream(
  events: AsyncIterable<ExecEvent>,
  redact: (text: string) => string,
): AsyncGenerator<ExecEvent> {
  const redactor = createStreamRedactor(redact)
  for await (const event of events) {
    const text = event.type === 'output' ? redactor.push(event.text) : redactor.flush()
    if (text !== '') yield { type: 'output', text }
    if (event.type === 'output') continue
    yield event.type === 'exit' ? { ...event, output: redact(event.output) } : event
  }
  const rest = redactor.flush()
  if (rest !== '') yield { type: 'output', text: rest }
}
