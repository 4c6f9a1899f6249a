import { renderRunLive } from '../output/run/render-run-live.ts'
import type { RunEvent, RunResult } from '../plugin-api/run.ts'
import { callEvery } from './call-every.ts'
import { openScreen } from './open-screen.ts'
import type { SharedTerminal } from './share-terminal.ts'
import { type FormRequest, wantsColour } from './terminal-form.ts'

/** Draws a run on stderr's terminal while it goes on; questions to the person make it stand still. */
export async function* showRunLive(
  events: AsyncIterable<RunEvent>,
  { show, ...request }: FormRequest & { readonly show: (result: RunResult) => Promise<void> },
  terminal: SharedTerminal | undefined,
): AsyncGenerator<RunEvent> {
  const { screen, dispose } = openScreen(process.env)
  terminal?.attach(screen)
  try {
    const colour = wantsColour(request, process.stderr)
    yield* renderRunLive(events, { screen, colour, show, nowMs: () => performance.now(), every: callEvery })
  } finally {
    dispose()
  }
}
