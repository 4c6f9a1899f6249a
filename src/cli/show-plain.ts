import { renderPlain } from '../output/plain/render-plain.ts'
import type { ThreadEvent } from '../plugin-api/events.ts'
import { callEvery } from './call-every.ts'
import { writeErr, writeOut } from './process-deps.ts'
import type { AboutThread } from './show-thread.ts'
import { isOneTerminal } from './terminal-form.ts'
import type { ParsedOptions } from './thread-options.ts'

/** Shows a thread in full lines with labels, on stderr; the last message is on stdout. */
export async function* showPlain(
  events: AsyncIterable<ThreadEvent>,
  options: ParsedOptions,
  about: AboutThread,
): AsyncGenerator<ThreadEvent> {
  const { stdout, stderr } = process
  const isTerminal = stderr.isTTY === true
  yield* renderPlain(events, {
    ...about,
    out: writeOut,
    err: writeErr,
    reader: isOneTerminal(stdout, stderr) ? 'same terminal' : isTerminal ? 'terminal' : 'file',
    isKept: options.ephemeral !== true,
    nowMs: () => performance.now(),
    ...(isTerminal && { every: callEvery }),
  })
}
