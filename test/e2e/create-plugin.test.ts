import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { installPacked, linkPackages, repositoryRoot } from '../support/packed-package.ts'
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

/** What `npm install` does for the devDependencies, without a registry. */
async function installFromRepository(plugin: string): Promise<void> {
  await mkdir(join(plugin, 'node_modules', '.bin'), { recursive: true })
  await symlink(repositoryRoot, join(plugin, 'node_modules', 'codex-kernel'))
  await linkPackages(plugin, ['typescript', '@types/node'])
  await symlink('../typescript/bin/tsc', join(plugin, 'node_modules', '.bin', 'tsc'))
}

function npm(plugin: string, ...argv: readonly string[]): Promise<{ readonly stdout: string }> {
  const env = { PATH: `${join(process.execPath, '..')}:${process.env.PATH}`, HOME: home.homeDir }
  return execute('npm', argv, { cwd: plugin, env })
}

test('a plugin is created, tested, built and linked, and its tool, agent and command work', async () => {
  const created = await run('plugins', 'create', '@acme/line-count')
  expect(created).toMatchObject({ exitCode: 0, stderr: '' })
  expect(created.stdout).toContain('cd line-count')
  const plugin = join(workspace.path, 'line-count')
  await installFromRepository(plugin)

  expect((await npm(plugin, 'test')).stdout).toMatch(/fail 0/)
  await npm(plugin, 'run', 'build')
  const packed = JSON.parse((await npm(plugin, 'pack', '--dry-run', '--json', '--ignore-scripts')).stdout)
  const files: readonly { readonly path: string }[] = packed[0].files // npm pack --json
  expect(files.map(({ path }) => path).toSorted()).toEqual([
    'CHANGELOG.md',
    'README.md',
    'agents/line-count.toml',
    'commands/line-count.md',
    'dist/count-lines.js',
    'package.json',
  ])

  const plugins = [{ type: 'link', name: '@acme/line-count', root: plugin }]
  await home.write({ 'oclif/package.json': JSON.stringify({ oclif: { plugins } }) })
  expect((await run('extensions', 'tools')).stdout).toMatch(/line_count +@acme\/line-count@0\.1\.0 +active/)
  const counted = await run('agent', 'line-count', 'how large is text?', '--playbook')
  expect(counted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 lines in 1 files') })
  const asked = await run('/line-count', 'text')
  expect(asked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 lines in 1 files') })
  expect((await run('doctor')).stdout).toContain('every definition and plugin loads')
})

test('a test of the created plugin that is wrong fails', async () => {
  await run('plugins', 'create', 'line-count')
  const plugin = join(workspace.path, 'line-count')
  await installFromRepository(plugin)
  const source = await readFile(join(plugin, 'src', 'count-lines.ts'), 'utf8')
  await workspace.write({ 'line-count/src/count-lines.ts': source.replace('lines += (', 'lines -= (') })
  await expect(npm(plugin, 'test')).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('-2 lines') })
})

test('an installed program, which is no checkout, asks for its version from the registry', async () => {
  await installPacked(workspace.path, [])
  const bin = join(workspace.path, 'node_modules', 'codex-kernel', 'bin', 'codex.js')
  const { version } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8'))
  const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome }
  await execute(process.execPath, [bin, 'plugins', 'create', 'x', '--dir', 'made/here'], { cwd: workspace.path, env })
  const made = await readFile(join(workspace.path, 'made', 'here', 'package.json'), 'utf8')
  expect(JSON.parse(made).devDependencies['codex-kernel']).toBe(`^${version}`)
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
