import type { ThreadEvent } from '../plugin-api/index.ts'
import { terminalJson } from '../plugin-api/terminal-json.ts'

/**
 * Writes the public events of a thread, one JSON object per line, as `codex exec --json` does
 * (docs/reference/events.md). Rollout-only events and deltas are left out.
 *
 * @param write takes one whole line with its newline
 */
export async function* renderJsonLines(
  events: AsyncIterable<ThreadEvent>,
  write: (line: string) => void,
): AsyncGenerator<ThreadEvent> {
  for await (const event of events) {
    const shown = publicEvent(event)
    if (shown) write(`${terminalJson(shown)}\n`)
    yield event
  }
}

function publicEvent(event: ThreadEvent): object | undefined {
  switch (event.type) {
    case 'thread.started':
      return { type: event.type, thread_id: event.thread_id }
    case 'turn.started':
      return { type: event.type }
    case 'turn.completed':
      return { type: event.type, usage: event.usage }
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
    case 'error':
    case 'turn.failed':
    case 'turn.interrupted':
      return event
    default:
      return undefined
  }
}
