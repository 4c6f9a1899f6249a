import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { installFromRepository, npm } from '../support/created-plugin.ts'
import { installPacked, repositoryRoot } from '../support/packed-package.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

const execute = promisify(execFile)

let home: CodexHome
let workspace: TempWorkspace

beforeEach(async () => {
  home = await makeCodexHome()
  workspace = await makeWorkspace({ files: { 'text/a.txt': 'one\ntwo\n' } })
})
afterEach(async () => {
  await Promise.all([home.remove(), workspace.remove()])
})

const run = (...argv: readonly string[]) => runCodex(argv, { home, cwd: workspace.path })

test('a plugin is created, tested, built and linked, and its tool, agent and command work', async () => {
  const created = await run('plugins', 'create', '@acme/line-count')
  expect(created).toMatchObject({ exitCode: 0, stderr: '' })
  expect(created.stdout).toContain('cd line-count')
  const plugin = join(workspace.path, 'line-count')
  await installFromRepository(plugin)

  expect(await npm(plugin, home.homeDir, 'test')).toMatch(/fail 0/)
  await npm(plugin, home.homeDir, 'run', 'build')
  const packed = JSON.parse(await npm(plugin, home.homeDir, 'pack', '--dry-run', '--json', '--ignore-scripts'))
  const files: readonly { readonly path: string }[] = packed[0].files // npm pack --json
  expect(files.map(({ path }) => path).toSorted()).toEqual([
    'CHANGELOG.md',
    'README.md',
    'agents/line-count.toml',
    'commands/line-count.md',
    'dist/count-lines.js',
    'package.json',
  ])

  expect(await runCodex(['plugins', 'link', '.', '--yes'], { home, cwd: plugin })).toMatchObject({ exitCode: 0 })
  expect((await run('extensions', 'tools')).stdout).toMatch(/line_count +@acme\/line-count@0\.1\.0 +active/)
  const counted = await run('agent', 'line-count', 'how large is text?', '--playbook')
  expect(counted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 lines in 1 files') })
  const asked = await run('/line-count', 'text')
  expect(asked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 lines in 1 files') })
  expect((await run('doctor')).stdout).toContain('every definition and plugin loads')
})

test('a created plugin is packed and installed from its tarball, with no registry', async () => {
  await run('plugins', 'create', 'line-count')
  const plugin = join(workspace.path, 'line-count')
  await installFromRepository(plugin)
  await npm(plugin, home.homeDir, 'pack')
  const installed = await run('plugins', 'install', './line-count/line-count-0.1.0.tgz', '--yes')
  expect(installed).toMatchObject({ exitCode: 0 })
  expect(await run('/line-count', 'text')).toMatchObject({ stdout: expect.stringContaining('2 lines in 1 files') })
  await run('plugins', 'uninstall', 'line-count')
  expect((await run('extensions', 'tools')).stdout).not.toContain('line_count')
})

test('a test of the created plugin that is wrong fails', async () => {
  await run('plugins', 'create', 'line-count')
  const plugin = join(workspace.path, 'line-count')
  await installFromRepository(plugin)
  const source = await readFile(join(plugin, 'src', 'count-lines.ts'), 'utf8')
  await workspace.write({ 'line-count/src/count-lines.ts': source.replace('lines += (', 'lines -= (') })
  await expect(npm(plugin, home.homeDir, 'test')).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('-2 lines'),
  })
})

test('an installed program, which is no checkout, is asked for by its version, and its testing aid works', async () => {
  await installPacked(workspace.path, [])
  const bin = join(workspace.path, 'node_modules', 'codex-kernel', 'bin', 'codex.js')
  const { version } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8'))
  const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome }
  await execute(process.execPath, [bin, 'plugins', 'create', 'x', '--dir', 'made/here'], { cwd: workspace.path, env })
  const made = join(workspace.path, 'made', 'here')
  const { devDependencies } = JSON.parse(await readFile(join(made, 'package.json'), 'utf8'))
  expect(devDependencies['codex-kernel']).toBe(`^${version}`)
  expect(await npm(made, home.homeDir, 'test')).toMatch(/pass 3\n.*fail 0/s)
})

test.each([
  [['Bad Name'], '"Bad Name" cannot be the name of a plugin'],
  [['line-count', '--dir', 'text'], 'text exists already'],
  [['review'], '"review" is the id of a command of'],
])('codex plugins create %j is a usage error, and nothing is written', async (argv, message) => {
  const { exitCode, stderr } = await run('plugins', 'create', ...argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(message)
  expect(await readdir(workspace.path, { recursive: true })).toEqual(['text', 'text/a.txt'])
})

test('--json names the folder and the files', async () => {
  const { stdout } = await run('plugins', 'create', 'x', '--json')
  expect(JSON.parse(stdout)).toEqual({
    directory: join(workspace.path, 'x'),
    files: expect.arrayContaining(['package.json', 'src/count-lines.test.ts']),
  })
})
