import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { type DevSession, startDev } from '../support/dev-session.ts'
import { startCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

const opened: { home: CodexHome; workspace: TempWorkspace; dev: DevSession }[] = []

afterEach(async () => {
  for (const { home, workspace, dev } of opened.splice(0)) {
    await dev.end()
    await home.remove()
    await workspace.remove()
  }
})

async function open(files: Readonly<Record<string, string>> = {}) {
  const home = await makeCodexHome(files)
  const workspace = await makeWorkspace()
  const dev = await startDev({ home, cwd: workspace.path })
  opened.push({ home, workspace, dev })
  return { home, workspace, dev, inHome: (name: string) => join(home.codexHome, name) }
}

const command = (description: string) => `---\ndescription: ${description}\n---\nSay hello.\n`
const broken = '---\ndescription: [\n---\nSay hello.\n'

test('a command that is saved plainly, or written aside and renamed, is loaded again', async () => {
  const { home, dev, inHome } = await open({ 'commands/hello.md': command('One') })
  await home.write({ 'commands/hello.md': command('Two') })
  expect(await dev.change('command', 'hello')).toMatchObject({
    change: 'changed',
    file: inHome('commands/hello.md'),
    use: 'codex /hello',
    problems: [],
  })
  await writeFile(inHome('commands/hello.md.new'), command('Three'))
  await rename(inHome('commands/hello.md.new'), inHome('commands/hello.md'))
  expect(await dev.change('command', 'hello')).toMatchObject({ change: 'changed' })
  await home.write({ 'commands/hello.md': command('Three') })
  expect(await dev.change('command', 'hello')).toMatchObject({ change: 'unchanged' })
})

test('a command that breaks is said with its place, the last good version stays, and mending it is said too', async () => {
  const { home, dev, inHome } = await open({ 'commands/hello.md': command('One') })
  await home.write({ 'commands/hello.md': broken })
  expect(await dev.change('command', 'hello')).toMatchObject({
    change: 'broken',
    use: 'the last good version stays',
    problems: [{ file: inHome('commands/hello.md'), line: 2, lastGood: true }],
  })
  expect(await dev.reloaded()).toMatchObject({ standing: [{ file: inHome('commands/hello.md') }] })
  await home.write({ 'commands/hello.md': command('Two') })
  expect(await dev.change('command', 'hello')).toMatchObject({ change: 'mended', problems: [] })
  expect(await dev.reloaded()).toMatchObject({ standing: [] })
})

test('a file that was never good has no last good version, and taking it away takes its problem away', async () => {
  const { home, dev, inHome } = await open()
  await home.write({ 'commands/bad.md': broken })
  expect(await dev.change('command', 'bad')).toMatchObject({ change: 'broken', use: 'not loaded' })
  expect(await dev.reloaded()).toMatchObject({ standing: [{ severity: 'error' }] })
  await rm(inHome('commands/bad.md'))
  expect(await dev.change('command', 'bad')).toMatchObject({ change: 'removed' })
  expect(await dev.reloaded()).toMatchObject({ standing: [] })
})

test('a command says what it hides, and what comes back when it is deleted', async () => {
  const { home, dev, inHome } = await open()
  await home.write({ 'commands/review.md': command('Mine') })
  expect(await dev.change('command', 'review')).toMatchObject({
    change: 'added',
    shadows: [{ layer: 'builtin' }],
  })
  await rm(inHome('commands/review.md'))
  expect(await dev.change('command', 'review')).toMatchObject({
    change: 'removed',
    uncovers: { layer: 'builtin' },
  })
})

test('the lint of templates is said of a command that loads', async () => {
  const { home, dev } = await open()
  await home.write({ 'commands/slip.md': '---\ndescription: Slip\n---\nSay {{nothing_known}}.\n' })
  const { problems } = await dev.change('command', 'slip')
  expect(JSON.stringify(problems)).toContain('nothing_known')
})

test('directories that appear later are seen, those of the repository too', async () => {
  const { home, workspace, dev } = await open()
  await home.write({ 'agents/deep/helper.toml': agent('helper') })
  expect(await dev.change('agent', 'helper')).toMatchObject({ change: 'added' })
  await workspace.write({ '.codex/commands/local.md': command('Local') })
  expect(await dev.change('command', 'project:local')).toMatchObject({ change: 'added', origin: { trusted: false } })
  await rm(join(workspace.path, '.codex'), { recursive: true })
  expect(await dev.change('command', 'project:local')).toMatchObject({ change: 'removed' })
  await workspace.write({ '.codex/commands/again.md': command('Again') })
  expect(await dev.change('command', 'project:again')).toMatchObject({ change: 'added' })
})

test('a burst of 500 writes is a few reloads, and none of them is lost', async () => {
  const { home, dev } = await open()
  const names = Array.from({ length: 500 }, (_, index) => `burst-${index}`)
  await home.write(Object.fromEntries(names.map((name) => [`commands/${name}.md`, command(name)])))
  await Promise.all(names.map((name) => dev.change('command', name)))
  const { stdout } = await dev.end()
  const reloads = stdout.split('\n').filter((line) => line.includes('"type":"reloaded"')).length
  expect(reloads).toBeLessThan(50)
})

test('among 1,000 files one that changes is the only one that is told', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `many-${index}`)
  const { home, dev } = await open(Object.fromEntries(names.map((name) => [`commands/${name}.md`, command(name)])))
  await home.write({ 'commands/many-500.md': command('Other') })
  expect(await dev.change('command', 'many-500')).toMatchObject({ change: 'changed' })
  expect(await dev.reloaded()).toMatchObject({ changes: 1 })
})

test('a linked directory is watched, and a loop of links ends', async () => {
  const { home, workspace, dev, inHome } = await open()
  await workspace.write({ 'shared/first.md': command('First') })
  await mkdir(inHome('commands'))
  await symlink(join(workspace.path, 'shared'), inHome('commands/shared'))
  await symlink(inHome('commands'), join(workspace.path, 'shared/loop'))
  expect(await dev.change('command', 'first')).toMatchObject({ change: 'added' })
  await workspace.write({ 'shared/second.md': command('Second') })
  expect(await dev.change('command', 'second')).toMatchObject({ change: 'added' })
  await home.write({ 'commands/third.md': command('Third') })
  expect(await dev.change('command', 'third')).toMatchObject({ change: 'added' })
})

test('a configuration that breaks stays as it was last good, and says so until it is mended', async () => {
  const { home, dev, inHome } = await open({ 'config.toml': 'model = "one"\n' })
  await home.write({ 'config.toml': 'model = "two\n' })
  expect(await dev.change('configuration', 'config.toml')).toMatchObject({
    change: 'broken',
    problems: [{ file: inHome('config.toml'), line: 1, lastGood: true }],
  })
  // What is edited meanwhile is loaded all the same.
  await home.write({ 'commands/hello.md': command('One') })
  await dev.change('command', 'hello')
  expect(await dev.reloaded(({ changes }) => changes === 1)).toMatchObject({ standing: [{ lastGood: true }] })
  await home.write({ 'config.toml': 'model = "two"\n' })
  expect(await dev.change('configuration', 'model')).toMatchObject({ change: 'changed' })
  expect(await dev.change('configuration', 'config.toml')).toMatchObject({ change: 'mended' })
})

test('a hooks.json that appears, changes, breaks and goes is told like any other file', async () => {
  const { home, dev, inHome } = await open()
  const hooks = (command: string, type = 'command') =>
    JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type, command }] }] } })
  await home.write({ 'hooks.json': hooks('exit 0') })
  const told = { file: inHome('hooks.json'), use: 'holds for new threads' }
  expect(await dev.change('hooks', 'hooks.json')).toMatchObject({ ...told, change: 'added', problems: [] })
  await dev.reloaded()
  await home.write({ 'hooks.json': hooks('exit 2') })
  expect(await dev.change('hooks', 'hooks.json')).toMatchObject({ ...told, change: 'changed' })
  await dev.reloaded()
  await home.write({ 'hooks.json': hooks('exit 2', 'prompt') })
  const problems = [{ file: inHome('hooks.json'), line: 1, code: 'hooks.not_run' }]
  expect(await dev.change('hooks', 'hooks')).toMatchObject({
    ...{ change: 'broken', problems, use: 'no thread starts until it is mended' },
  })
  expect(await dev.reloaded()).toMatchObject({ standing: problems })
  await home.write({ 'hooks.json': hooks('exit 2') })
  expect(await dev.change('hooks', 'hooks.json')).toMatchObject({ ...told, change: 'mended' })
  await rm(inHome('hooks.json'))
  expect(await dev.change('hooks', 'hooks.json')).toMatchObject({ change: 'removed' })
})

test('trust that is given while it watches puts the files of the repository in force', async () => {
  const { home, workspace, dev } = await open()
  await workspace.write({ '.codex/commands/local.md': command('Local') })
  await dev.change('command', 'project:local')
  const trusting = await startCodex(['trust'], { home, cwd: workspace.path })
  expect((await trusting.done).exitCode).toBe(0)
  expect(await dev.change('command', 'local')).toMatchObject({ change: 'added', origin: { trusted: true } })
})

test('Ctrl-C ends it with exit code 0 and a summary', async () => {
  const { home, dev } = await open()
  await home.write({ 'commands/hello.md': command('One') })
  await dev.change('command', 'hello')
  const { exitCode, stdout, stderr } = await dev.end()
  expect(exitCode).toBe(0)
  expect(stderr).toBe('')
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'ended', changes: 1, standing: 0 })
})

function agent(id: string): string {
  return `[agent]\nid = "${id}"\nname = "Helper"\ndescription = "Helps."\n\n[prompt]\nsystem = "Help."\n`
}
