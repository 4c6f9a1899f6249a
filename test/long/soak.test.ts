import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import type { ThreadEvent } from '../../src/plugin-api/index.ts'
import { openRuntime } from '../../src/runtime/open-runtime.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const turns = 150
const openDescriptors = () => readdirSync('/proc/self/fd').length

/** Two calls for a prompt, a message for their outputs. */
function answer({ body }: RecordedRequest): ModelTurn {
  const last = Array.isArray(body.input) ? body.input.at(-1) : undefined
  if (last?.type !== 'message') return { text: 'done' }
  return { calls: [{ shell: 'echo one; echo two >&2' }, { name: 'list_dir', arguments: {} }] }
}

test(`${turns} turns with commands in one process leave nothing open, and one rollout that holds them all`, async () => {
  const session = await scriptedSession([answer], { server: { whenSpent: 'repeat' } })
  const { signal } = new AbortController()
  const runtime = await openRuntime(
    {
      packageRoot: dirname(dirname(import.meta.dirname)),
      version: '0.0.0',
      env: { PATH: process.env.PATH, SCRIPTED_MODEL_KEY: 'key', CODEX_HOME: session.home.codexHome },
      homeDir: session.home.homeDir,
      tempDir: tmpdir(),
      cwd: session.workspace.path,
      platform: process.platform,
      originator: 'soak',
      settings: { overrides: [], neverAsk: true },
      now: () => new Date(),
    },
    signal,
  )
  let threadId: string | undefined
  let before = 0
  for (let turn = 0; turn < turns; turn += 1) {
    const events: ThreadEvent[] = []
    const resume = threadId === undefined ? {} : { resume: threadId }
    for await (const event of runtime.run({ input: `turn ${turn}`, route: false, ...resume }, signal))
      events.push(event)
    expect(events.at(-1)?.type).toBe('turn.completed')
    const started = events[0]
    threadId ??= started?.type === 'thread.started' ? started.thread_id : undefined
    if (turn === 20) before = openDescriptors()
  }
  expect(openDescriptors()).toBeLessThanOrEqual(before + 5)
  const last = session.server.requests.at(-1)?.body
  for (const turn of [0, 75, turns - 1]) expect(JSON.stringify(last)).toContain(`turn ${turn}`)
})
