import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { KernelClient, ReloadReport } from '../../src/plugin-api/index.ts'
import { openRuntime } from '../../src/runtime/open-runtime.ts'
import { collect } from '../support/collect.ts'
import { type ExecCase, execCase } from '../support/exec-case.ts'

const never = new AbortController().signal
const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** A client that watches; `until` waits for a report. */
async function watching({ home, workspace }: ExecCase) {
  const client = await openRuntime(
    {
      packageRoot,
      version: '0.0.0-test',
      env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' },
      homeDir: home.homeDir,
      tempDir: '/tmp',
      cwd: workspace.path,
      platform: process.platform,
      originator: 'codex_test',
      settings: { overrides: [], neverAsk: true, sandboxMode: 'workspace-write' },
      now: () => new Date(),
    },
    never,
  )
  const ended = new AbortController()
  const reports = client.watch({}, ended.signal)[Symbol.asyncIterator]()
  onTestFinished(async () => {
    ended.abort()
    await reports.next()
  })
  const until = async (satisfies: (report: ReloadReport) => boolean): Promise<ReloadReport> => {
    for (;;) {
      const { value, done } = await reports.next()
      if (done) throw new Error('watching ended before that report')
      if (satisfies(value)) return value
    }
  }
  await until(({ type }) => type === 'started')
  return { client, until }
}

const touched = (id: string, change: string) => (report: ReloadReport) =>
  report.changes.some((each) => each.id === id && each.change === change)
const forbid = 'prefix_rule(pattern=["touch"], decision="forbidden")\n'
const create = [{ calls: [{ shell: 'touch made.txt' }] }, { text: 'done' }]
const run = (client: KernelClient) => collect(client.run({ input: 'go', route: false }, never))

test('a policy that breaks while it is watched still holds new threads, which say so; deleted it does not', async () => {
  const session = await execCase([...create, ...create], { home: { 'rules/own.rules': forbid } })
  const { client, until } = await watching(session)
  await session.home.write({ 'rules/own.rules': 'prefix_rule(pattern=["touch"], decision="forbi\n' })
  await until(touched('own.rules', 'broken'))
  const events = JSON.stringify(await run(client))
  expect(existsSync(join(session.workspace.path, 'made.txt'))).toBe(false)
  expect(events).toContain('The last good version stays in force.')
  expect(events).toContain('"type":"denial"')

  await rm(join(session.home.codexHome, 'rules/own.rules'))
  await until(touched('own.rules', 'removed'))
  expect(JSON.stringify(await run(client))).not.toContain('The last good version')
  expect(existsSync(join(session.workspace.path, 'made.txt'))).toBe(true)
})

test('a profile that breaks while it is watched goes on narrowing new threads', async () => {
  const profile = 'id = "mine"\nextends = "workspace-write"\n\n[write]\nallow = []\n'
  const session = await execCase([{ calls: [{ shell: 'touch made.txt' }] }, { text: 'done' }], {
    home: { 'profiles/mine.toml': profile },
    config: 'security_profile = "mine"',
  })
  const { client, until } = await watching(session)
  const before = await client.profiles()
  await session.home.write({ 'profiles/mine.toml': 'id = "mine"\nextends = "workspace-write\n' })
  await until(touched('mine', 'broken'))
  expect((await client.profiles()).find(({ id }) => id === 'mine')).toEqual(before.find(({ id }) => id === 'mine'))
})

test('a policy that never loaded stops threads of a process that watches', async () => {
  const session = await execCase(create)
  const { client, until } = await watching(session)
  await session.home.write({ 'policies/new.toml': 'nonsense = [\n' })
  await until(({ standing }) => standing.some(({ severity }) => severity === 'error'))
  await expect(run(client)).rejects.toMatchObject({ code: 'definition.blocking' })
  expect(session.server.requests).toHaveLength(0)
})

test('a thread keeps the rules that it began with, and the next one has the new ones', async () => {
  const session = await execCase([...create, ...create])
  const { client, until } = await watching(session)
  const first = client.run({ input: 'go', route: false }, never)[Symbol.asyncIterator]()
  await first.next()
  await session.home.write({ 'rules/own.rules': forbid })
  await until(touched('own.rules', 'added'))
  for (let next = await first.next(); !next.done; next = await first.next());
  expect(existsSync(join(session.workspace.path, 'made.txt'))).toBe(true)

  await rm(join(session.workspace.path, 'made.txt'))
  await run(client)
  expect(existsSync(join(session.workspace.path, 'made.txt'))).toBe(false)
})

test('the same client answers from the new files after a report, and from the old ones after a broken save', async () => {
  const session = await execCase([], {})
  const { client, until } = await watching(session)
  await session.home.write({ 'commands/hello.md': '---\ndescription: One\n---\nSay one.\n' })
  await until(touched('hello', 'added'))
  expect((await client.expand({ input: '/hello' }, never)).text).toContain('Say one.')
  await session.home.write({ 'commands/hello.md': '---\ndescription: [\n---\nSay two.\n' })
  await until(touched('hello', 'broken'))
  expect((await client.expand({ input: '/hello' }, never)).text).toContain('Say one.')
})

test('where commands.auto_reload is false nothing is watched', async () => {
  const session = await execCase([], { config: '[commands]\nauto_reload = false\n' })
  const client = await openRuntime(
    {
      packageRoot,
      version: '0.0.0-test',
      env: { PATH: process.env.PATH, HOME: session.home.homeDir, CODEX_HOME: session.home.codexHome },
      homeDir: session.home.homeDir,
      tempDir: '/tmp',
      cwd: session.workspace.path,
      platform: process.platform,
      originator: 'codex_test',
      settings: { overrides: [] },
      now: () => new Date(),
    },
    never,
  )
  expect(await collect(client.watch({}, never))).toMatchObject([{ type: 'started', watched: [] }])
})
