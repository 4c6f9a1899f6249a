import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { privateDirectory } from '../../plugins/sandbox-linux/src/private-directory.ts'
import type { ThreadRequest } from '../../src/plugin-api/index.ts'
import { collect } from '../support/collect.ts'
import { execCase } from '../support/exec-case.ts'
import { fileWorkers } from '../support/file-workers.ts'
import { runtimeOf } from '../support/runtime-of.ts'

const signal = new AbortController().signal

const writing = (name: string) => [
  { calls: [{ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${name}\n+of a turn\n*** End Patch` }] },
  { text: 'written' },
]
const srcOnly = `[agent]
id = "src-only"
name = "Source only"
description = "Writes src"
[permissions]
file_access = "read-write"
[permissions.allowed_tools]
apply_patch = true
[permissions.file_patterns]
allow_write = ["src/**"]
[prompt]
system = "Write."
`

test('the turns of a thread write through one process, which ends with the program; another agent gets another one', async () => {
  const session = await execCase(
    [...writing('one.txt'), { text: 'nothing to do' }, ...writing('two.txt'), ...writing('src/three.txt')],
    { home: { 'agents/src-only.toml': srcOnly }, files: { 'src/here.txt': '' } },
  )
  const runtime = await runtimeOf(session, { SCRIPTED_MODEL_KEY: 'key' }, { securityProfile: 'workspace-write' })
  const run = async (request: Omit<ThreadRequest, 'input'>) => {
    const events = await collect(runtime.run({ input: 'go', route: false, ...request }, signal))
    expect(events.at(-1)?.type).toBe('turn.completed')
    const [started] = events
    return started?.type === 'thread.started' ? started.thread_id : ''
  }
  const resume = await run({})
  const first = fileWorkers()
  expect(first).toHaveLength(1)
  await run({ resume })
  await run({ resume })
  expect(fileWorkers()).toEqual(first)
  await run({ resume, agent: 'src-only' })
  expect(fileWorkers()).toHaveLength(1)
  expect(fileWorkers()).not.toEqual(first)
  for (const name of ['one.txt', 'two.txt', 'src/three.txt'])
    expect(await readFile(join(session.workspace.path, name), 'utf8')).toBe('of a turn\n')
  await runtime.close()
  expect(fileWorkers()).toEqual([])
})

test('a thread that no turn can follow leaves no process, and only some of many threads keep theirs', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const session = await execCase(['x', ...names].flatMap((name) => writing(`${name}.txt`)))
  const runtime = await runtimeOf(session, { SCRIPTED_MODEL_KEY: 'key' }, { securityProfile: 'workspace-write' })
  await collect(runtime.run({ input: 'go', route: false, ephemeral: true }, signal))
  expect(fileWorkers()).toEqual([])
  for (const _ of names) await collect(runtime.run({ input: 'go', route: false }, signal))
  expect(fileWorkers()).toHaveLength(4)
  await runtime.close()
  expect(fileWorkers()).toEqual([])
})

test('codex exec ends what writes for it with its turn, and leaves no file of the sandbox', async () => {
  const isLooked = Promise.withResolvers<void>()
  const [call = {}, answer = {}] = writing('one.txt')
  const session = await execCase([call, { ...answer, hold: () => isLooked.promise }])
  const running = await session.startExec(['-s', 'workspace-write', 'go'])
  await running.event((event) => event.type === 'item.completed')
  const workers = fileWorkers(running.pid)
  isLooked.resolve()
  expect(workers).toHaveLength(1)
  expect((await running.done).exitCode).toBe(0)
  expect(await readFile(join(session.workspace.path, 'one.txt'), 'utf8')).toBe('of a turn\n')
  expect(workers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])
  const kept = readdirSync(privateDirectory()).filter((name) => name.startsWith(`run-${running.pid}-`))
  expect(kept).toEqual([])
})
