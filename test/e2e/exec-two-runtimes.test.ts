import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ThreadEvent } from '../../src/plugin-api/index.ts'
import { collect } from '../support/collect.ts'
import { execCase, jsonLines } from '../support/exec-case.ts'
import { until } from '../support/processes-of.ts'
import { runtimeOf } from '../support/runtime-of.ts'

const signal = new AbortController().signal

const script = (name: string) => [
  { calls: [{ shell: `echo of-${name}; pwd` }, { name: 'read_file', arguments: { path: 'who.txt' } }] },
  { text: `answer of ${name}` },
]

test('two runtimes in one process run side by side and do not know of each other', async () => {
  const names = ['left', 'right'] as const
  const cases = await Promise.all(
    names.map((name) => execCase(script(name), { files: { 'who.txt': `I am ${name}\n` } })),
  )
  await cases[0]?.home.write({ 'commands/only-left.md': '---\nname: only-left\ndescription: Left alone\n---\nHi\n' })
  const runtimes = await Promise.all(
    cases.map((each, index) => runtimeOf(each, { SCRIPTED_MODEL_KEY: `key-of-${names[index]}` })),
  )
  const [left, right] = await Promise.all(
    runtimes.map((runtime) => collect(runtime.run({ input: 'go', route: false }, signal))),
  )
  for (const [index, events] of [left, right].entries()) {
    const [own, other] = index === 0 ? names : ([names[1], names[0]] as const)
    const text = JSON.stringify(events)
    expect(text).toContain(`answer of ${own}`)
    expect(text).toContain(`I am ${own}`)
    expect(text).not.toContain(other)
    const here = cases[index]
    expect(here?.server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer key-of-${own}`,
      `Bearer key-of-${own}`,
    ])
    expect(await here?.rollouts()).toHaveLength(1)
    const threads = new Set(jsonLines((await here?.audit()) ?? '').map(({ thread }) => thread))
    expect(threads.size).toBe(1)
  }
  const known = await Promise.all(runtimes.map((runtime) => runtime.commands()))
  expect(known.map((commands) => commands.some(({ id }) => id === 'only-left'))).toEqual([true, false])
})

test('what one is allowed, told and stopped for is nothing to the other, while both run tools', async () => {
  const stop = new AbortController()
  const isLeftBusy = Promise.withResolvers<void>()
  const isLeftOver = Promise.withResolvers<void>()
  const left = await execCase([{ calls: [{ shell: 'touch began; sleep 987; touch after' }] }])
  const right = await execCase([
    { calls: [{ shell: 'touch made; pwd' }], hold: (index) => (index === 0 ? isLeftBusy.promise : undefined) },
    { text: 'right is done', hold: (index) => (index === 0 ? isLeftOver.promise : undefined) },
  ])
  const env = { SCRIPTED_MODEL_KEY: 'key' }
  const [writing, reading] = await Promise.all([
    runtimeOf(left, env, { securityProfile: 'workspace-write' }),
    runtimeOf(right, env, { securityProfile: 'offline' }),
  ])
  const leftThread = writing.run({ input: 'go left', route: false }, stop.signal)
  const rightThread = reading.run({ input: 'go right', route: false }, signal)
  const leftEvents = (async () => {
    const events: ThreadEvent[] = []
    for await (const event of leftThread) {
      events.push(event)
      // Its sandbox takes a while to be set up: what is stopped before it has begun has changed nothing.
      if (event.type === 'item.started')
        until(() => existsSync(join(left.workspace.path, 'began'))).then(isLeftBusy.resolve, isLeftBusy.reject)
    }
    isLeftOver.resolve()
    return events
  })()
  const rightEvents = (async () => {
    const events: ThreadEvent[] = []
    for await (const event of rightThread) {
      events.push(event)
      if (event.type === 'turn.started') rightThread.steer({ text: 'only for right' })
      if (event.type === 'item.started') stop.abort()
    }
    return events
  })()
  expect((await leftEvents).at(-1)?.type).toBe('turn.interrupted')
  expect((await rightEvents).at(-1)).toMatchObject({ type: 'turn.completed', last_agent_message: 'right is done' })
  expect(existsSync(join(left.workspace.path, 'after'))).toBe(false)
  expect(existsSync(join(right.workspace.path, 'made'))).toBe(false)
  expect(JSON.stringify(await leftEvents)).not.toContain('right')
  expect(JSON.stringify(left.server.requests.map(({ body }) => body))).not.toContain('right')
  expect(JSON.stringify(right.server.requests.at(-1)?.body)).toContain('only for right')
  expect([(await writing.undoableTurns()).length, (await reading.undoableTurns()).length]).toEqual([1, 0])
  const profiles = await Promise.all(
    [left, right].map(async (each) => {
      const [file = ''] = await each.rollouts()
      const context = jsonLines(await readFile(file, 'utf8')).find(({ type }) => type === 'turn_context')
      return context?.payload
    }),
  )
  expect(profiles).toMatchObject([
    { security_profile: 'workspace-write', cwd: left.workspace.path },
    { security_profile: 'offline', cwd: right.workspace.path },
  ])
})

test('the threads of one runtime ask the model over one connection', async () => {
  const one = await execCase([{ text: 'first' }, { text: 'second' }])
  const runtime = await runtimeOf(one)
  for (const input of ['go', 'go again']) await collect(runtime.run({ input, route: false }, signal))
  expect(one.server.requests.map(({ connection }) => connection)).toEqual([1, 1])
})
