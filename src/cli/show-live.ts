import { renderLive } from '../output/live/render-live.ts'
import type { ThreadEvent } from '../plugin-api/events.ts'
import { callEvery } from './call-every.ts'
import { openScreen } from './open-screen.ts'
import { writeOut } from './process-deps.ts'
import type { AboutThread } from './show-thread.ts'
import { isOneTerminal, wantsColour } from './terminal-form.ts'
import type { ParsedOptions } from './thread-options.ts'

/** Shows a thread on stderr's terminal while it runs. The last message goes to stdout as well, unless that is the same terminal. */
export async function* showLive(
  events: AsyncIterable<ThreadEvent>,
  options: ParsedOptions,
  about: AboutThread,
): AsyncGenerator<ThreadEvent> {
  const { screen, dispose } = openScreen(process.env)
  about.terminal?.attach(screen)
  try {
    yield* renderLive(events, {
      ...about,
      screen,
      ...(!isOneTerminal(process.stdout, process.stderr) && { out: writeOut }),
      colour: wantsColour({ env: process.env, color: options.color }, process.stderr),
      isMarkdown: options['output-schema'] === undefined,
      isKept: options.ephemeral !== true,
      nowMs: () => performance.now(),
      every: callEvery,
    })
  } finally {
    dispose()
  }
}
