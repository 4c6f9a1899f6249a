import type { ThreadEvent } from '../plugin-api/index.ts'
import { terminalLine } from '../plugin-api/terminal-text.ts'

const clearLine = '\r\u001b[2K'
const maxLength = 76

/**
 * Hands a thread on and shows on a terminal how far a running tool says that it is, in one line that is gone before anything else is shown.
 *
 * @param err writes to the terminal
 */
export async function* withProgressLine(
  events: AsyncIterable<ThreadEvent>,
  err: (text: string) => void,
): AsyncGenerator<ThreadEvent> {
  let isShown = false
  try {
    for await (const event of events) {
      const text = progressOf(event)
      if (isShown || text !== undefined) err(`${clearLine}${text ?? ''}`)
      isShown = text !== undefined
      yield event
    }
  } finally {
    if (isShown) err(clearLine)
  }
}

function progressOf(event: ThreadEvent): string | undefined {
  if (event.type !== 'item.updated' || event.item.type !== 'tool_call') return undefined
  const { tool, summary } = event.item
  return summary ? terminalLine(`${tool} ${summary}`).slice(0, maxLength) : undefined
}
