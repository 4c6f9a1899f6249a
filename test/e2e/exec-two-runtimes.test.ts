import { expect, test } from 'vitest'
import { collect } from '../support/collect.ts'
import { execCase, jsonLines } from '../support/exec-case.ts'
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

test('the threads of one runtime ask the model over one connection', async () => {
  const one = await execCase([{ text: 'first' }, { text: 'second' }])
  const runtime = await runtimeOf(one)
  for (const input of ['go', 'go again']) await collect(runtime.run({ input, route: false }, signal))
  expect(one.server.requests.map(({ connection }) => connection)).toEqual([1, 1])
})
