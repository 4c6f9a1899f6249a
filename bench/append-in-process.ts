import type { ThreadEvent } from '../src/plugin-api/index.ts'
import { openFileStore } from '../src/thread/file-store.ts'
import { rolloutOf } from '../src/thread/rollout.ts'
import { makeCodexHome } from '../test/support/codex-home.ts'
import type { Times } from './compare.ts'

/** How long one line of a rollout takes until it is with the operating system: a command's item with 2 KB of output. */
export async function appendInProcess(lines: number): Promise<Times> {
  const home = await makeCodexHome()
  try {
    const now = () => new Date()
    const writer = await openFileStore(home.codexHome, { now }).create('01970000-0000-7000-8000-000000000002')
    const rollout = rolloutOf(writer, { ordinal: 0 }, { now })
    const command = { type: 'command_execution', command: 'ls -l', exit_code: 0, status: 'completed' } as const
    const item = { id: 'item_0', ...command, aggregated_output: 'a line of output\n'.repeat(120) }
    const event: ThreadEvent = { type: 'item.completed', item }
    const times: number[] = []
    for (let line = 0; line < lines; line += 1) {
      const started = performance.now()
      rollout.append(event, 'turn')
      times.push(performance.now() - started)
    }
    await rollout.close()
    times.sort((a, b) => a - b)
    return { minMs: times[0] ?? Number.NaN, medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN }
  } finally {
    await home.remove()
  }
}
