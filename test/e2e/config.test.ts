import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'
import { runCodex } from '../support/run-codex.ts'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'

const done = [{ text: 'Done.' }]

test('each layer stands above the one before: config, kernel, profile layer, -c, flag', async () => {
  const session = await scriptedSession([...done, ...done, ...done, ...done, ...done])
  const modelOf = async (...argv: readonly string[]) => {
    expect((await session.run(['exec', ...argv, 'hello'])).exitCode).toBe(0)
    return sentBody(session.server, -1).model
  }
  expect(await modelOf()).toBe('scripted-model')
  await session.home.write({ 'kernel.toml': 'model = "of-kernel"\n', 'fast.config.toml': 'model = "of-profile"\n' })
  expect(await modelOf()).toBe('of-kernel')
  expect(await modelOf('-p', 'fast')).toBe('of-profile')
  expect(await modelOf('-p', 'fast', '-c', 'model="of-override"')).toBe('of-override')
  expect(await modelOf('-p', 'fast', '-c', 'model="of-override"', '-m', 'of-flag')).toBe('of-flag')
})

test('codex config says each value and the layer that said it', async () => {
  const session = await scriptedSession([])
  const { exitCode, stdout } = await session.run(['config', '--json', '-c', 'agents.activation_threshold=0.9'])
  expect(exitCode).toBe(0)
  const entries: readonly { key: string; value: unknown; layer: string }[] = JSON.parse(stdout)
  const entryOf = (key: string) => entries.find((entry) => entry.key === key)
  expect(entryOf('agents.activation_threshold')).toMatchObject({ value: 0.9, layer: 'override' })
  expect(entryOf('agents.max_parallel_agents')).toMatchObject({ value: 3, layer: 'default' })
  expect(entryOf('model')).toMatchObject({ value: 'scripted-model', layer: 'user' })
})

test('commands and agents may lie in directories of the configuration', async () => {
  const session = await fixtureSession('commands', done)
  await session.workspace.write({
    'elsewhere/hi.md': 'Say hi.\n',
    'people/guide.toml': '[agent]\nid = "guide"\nname = "G"\ndescription = "d"\n[prompt]\nsystem = "You guide."\n',
  })
  const config = [
    ...['-c', `commands.user_commands_dir=${JSON.stringify(join(session.workspace.path, 'elsewhere'))}`],
    ...['-c', `agents.user_agents_dir=${JSON.stringify(join(session.workspace.path, 'people'))}`],
  ]
  expect((await session.run([...config, 'agent', 'guide', '/hi'])).exitCode).toBe(0)
  const input = JSON.stringify(sentBody(session.server, 0).input)
  expect(input).toContain('You guide.')
  expect(input).toContain('Say hi.')
})

test('a CODEX_HOME that is not there is an error that says so, for every command', async () => {
  for (const argv of [['doctor'], ['exec', 'hello'], ['/commands'], ['hello there']]) {
    const { exitCode, stdout, stderr } = await runCodex(argv, { env: { CODEX_HOME: '/nowhere/at/all' } })
    expect({ argv, exitCode, stdout }).toEqual({ argv, exitCode: 1, stdout: '' })
    expect(stderr).toContain('CODEX_HOME points to "/nowhere/at/all", but that path does not exist')
  }
})

test('without CODEX_HOME a home directory that has no .codex is a fresh machine, and reading leaves it so', async () => {
  const session = await scriptedSession([])
  const homeDir = join(session.workspace.path, 'fresh')
  await mkdir(homeDir)
  const env = { CODEX_HOME: undefined, HOME: homeDir }
  expect(await session.run(['commands', 'list'], { env })).toMatchObject({ exitCode: 0, stderr: '' })
  expect(existsSync(join(homeDir, '.codex', 'config.toml'))).toBe(false)
})

test('a home that cannot be written refuses what needs it, and the rest works', async () => {
  const session = await fixtureSession('example-files', done)
  const { codexHome } = session.home
  // Nobody, root included, makes a directory where a file stands.
  for (const name of ['audit', 'sessions', 'cache']) {
    await rm(join(codexHome, name), { recursive: true, force: true })
    await writeFile(join(codexHome, name), '')
  }
  expect((await session.run(['commands', 'list'])).exitCode).toBe(0)
  expect((await session.run(['agents', 'list'])).exitCode).toBe(0)
  const thread = await session.run(['exec', 'hello'])
  expect(thread.exitCode).toBe(5)
  expect(thread.stderr).toContain('audit')
  expect(thread.stderr).not.toContain('this should not happen')
  expect(session.server.requests).toEqual([])
})

test('commands new says where it could not write', async () => {
  const session = await scriptedSession([])
  await writeFile(join(session.home.codexHome, 'commands'), '')
  const { exitCode, stderr } = await session.run(['commands', 'new', 'standup'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain(join(session.home.codexHome, 'commands'))
  expect(stderr).not.toContain('this should not happen')
})

test('opening a repository runs none of its files', async () => {
  const session = await scriptedSession(done)
  const marker = join(session.workspace.path, 'ran')
  const code = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`
  await session.workspace.write({
    'codex.config.js': code,
    '.codexrc.js': code,
    '.codex/config.js': code,
    '.codex/config.cjs': code,
    'package.json': '{ "codex": { "model": "of-the-package" } }',
  })
  await session.run(['trust'])
  expect((await session.run(['exec', 'hello'])).exitCode).toBe(0)
  expect(existsSync(marker)).toBe(false)
  expect(sentBody(session.server, 0).model).toBe('scripted-model')
})

test('trust edits one table and keeps the comments of config.toml', async () => {
  const session = await scriptedSession([], { config: '# mine\n' })
  const before = await readFile(join(session.home.codexHome, 'config.toml'), 'utf8')
  expect((await session.run(['trust'])).exitCode).toBe(0)
  const after = await readFile(join(session.home.codexHome, 'config.toml'), 'utf8')
  expect(after.startsWith(before)).toBe(true)
})

test('without git on the machine commands that use it still work', async () => {
  const session = await fixtureSession('example-files', done)
  const { exitCode, stdout } = await session.run(['commands', 'render', 'review-security'], {
    env: { PATH: '/nowhere' },
  })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Please perform a normal security review')
})
