import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SandboxBackend, SandboxPolicy } from '../../src/plugin-api/index.ts'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { installFromRepository, npm } from '../support/created-plugin.ts'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

const page = readFileSync(new URL('../../docs/write-a-plugin.md', import.meta.url), 'utf8')
const blocks = fencedBlocks(page)

let home: CodexHome
let workspace: TempWorkspace

beforeEach(async () => {
  home = await makeCodexHome()
  workspace = await makeWorkspace({ files: { 'src/a.txt': 'one\ntwo\n', 'src/b.md': 'three\n' } })
})
afterEach(async () => {
  await Promise.all([home.remove(), workspace.remove()])
})

const run = (...argv: readonly string[]) => runCodex(argv, { home, cwd: workspace.path })
const blockWith = (text: string) => blocks.find((block) => block.text.includes(text))?.text ?? ''

/** A file of the page, as its author gets it from the compiler. */
function built(file: string): string {
  const text = blocks.find((block) => block.file === file)?.text
  if (text === undefined) throw new Error(`The page has no ${file}`)
  return stripTypeScriptTypes(text)
}

async function link(name: string): Promise<void> {
  const { exitCode, stderr } = await run('plugins', 'link', join(home.codexHome, name), '--yes')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
}

/** The plugin of the page in CODEX_HOME, built and linked. */
async function makeLineCount(): Promise<void> {
  await run('plugins', 'create', 'line-count', '--dir', join(home.codexHome, 'line-count'))
  await home.write({ 'line-count/dist/count-lines.js': built('src/count-lines.ts') })
  await link('line-count')
}

/** The plugin with the other points, of which it contributes these. */
async function makeCornerShop(...points: readonly string[]): Promise<void> {
  const manifest = JSON.parse(blockWith('"corner-shop"'))
  const all: Readonly<Record<string, readonly { readonly module: string }[]>> = manifest.codex.contributes
  const contributes = Object.fromEntries(Object.entries(all).filter(([point]) => points.includes(point)))
  const modules = Object.values(contributes).flatMap((entries) => entries.map(({ module }) => module))
  await home.write({
    'corner-shop/package.json': JSON.stringify({ ...manifest, codex: { ...manifest.codex, contributes } }),
    ...Object.fromEntries(
      modules.map((module) => [
        join('corner-shop', module),
        built(module.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
      ]),
    ),
  })
  await link('corner-shop')
}

const made = (file: string) => readFile(join(home.codexHome, 'line-count', file), 'utf8')

test('the page shows the tool and the agent that create writes', async () => {
  await makeLineCount()
  expect(blocks.find(({ file }) => file === 'src/count-lines.ts')?.text).toBe(await made('src/count-lines.ts'))
  expect(blockWith('id = "line-count"')).toBe(await made('agents/line-count.toml'))
  const named = [...page.matchAll(/^\| `([\w./-]+)` \|/gm)]
    .map(([, file = '']) => file)
    .filter((file) => /\.\w+$/.test(file))
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((file) => !existsSync(join(home.codexHome, 'line-count', file)))).toEqual([])
})

test('the plugin of the page is listed, and its agent counts lines with its tool', async () => {
  await makeLineCount()
  const listed = await run('extensions', 'tools', '--json')
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ id: 'line_count', plugin: 'line-count', status: 'active' }),
  )
  const counted = await run('agent', 'line-count', 'how large is src?', '--playbook')
  expect(counted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 lines in 2 files') })
})

test('the change of the page passes the test of the page, and compiles', async () => {
  await makeLineCount()
  const plugin = join(home.codexHome, 'line-count')
  await installFromRepository(plugin)
  await home.write({
    'line-count/src/count-lines.ts': blockWith('ending: z.string()'),
    'line-count/src/ending.test.ts': blockWith('only files of the ending count'),
  })
  expect(await npm(plugin, home.homeDir, 'test')).toMatch(/pass 4\n.*fail 0/s)
  await npm(plugin, home.homeDir, 'run', 'build')
  expect(await made('dist/count-lines.js')).toContain('endsWith(ending)')
  await home.write({ 'line-count/src/whole.test.ts': blockWith('the command counts without a language model') })
  expect(await npm(plugin, home.homeDir, 'test')).toMatch(/pass 5\n.*fail 0/s)
})

test('the page says how to turn a plugin off', async () => {
  await makeLineCount()
  await home.write({ 'config.toml': blockWith('enabled = false') })
  expect((await run('extensions', 'tools')).stdout).toMatch(/line_count.*disabled/)
})

test('the hook of the page denies a patch of a lockfile, and no other', async () => {
  const agent = (path: string) => `
[agent]
id = "patcher"
name = "Patcher"
description = "Adds a file"
[playbook]
report = "{{steps.add.failed}}"
[[playbook.steps]]
id = "add"
tool = "apply_patch"
arguments = { input = "*** Begin Patch\\n*** Add File: ${path}\\n+x\\n*** End Patch" }
continue_on_error = true
`
  await makeCornerShop('hooks')
  await home.write({ 'agents/patcher.toml': agent('package-lock.json') })
  const denied = await run('agent', 'patcher', 'add it', '--playbook', '--profile', 'workspace-write')
  expect(denied.stdout).toContain('true')
  expect(denied.stderr).toContain('Lockfiles are written by npm.')
  expect(readdirSync(workspace.path)).not.toContain('package-lock.json')
  await home.write({ 'agents/patcher.toml': agent('other.json') })
  await run('agent', 'patcher', 'add it', '--playbook', '--profile', 'workspace-write')
  expect(readdirSync(workspace.path)).toContain('other.json')
})

test('the slash command of the page lists who brought an agent', async () => {
  await makeCornerShop('handlers')
  expect((await run('/owners', 'security')).stdout).toContain('security-analyst  builtin')
})

test('the router of the page gives a prompt to the agent that it names', async () => {
  await makeCornerShop('routers')
  const routed = await run('agents', 'route', 'let the Security Analyst see it', '--json')
  expect(JSON.parse(routed.stdout).candidates[0]).toMatchObject({ agent: 'security-analyst', score: 1 })
})

test('the provider of the page answers a turn', async () => {
  await makeCornerShop('providers')
  const settings = ['-c', 'model_provider=echo', '-m', 'any', '--skip-git-repo-check']
  const { exitCode, stdout } = await run('exec', ...settings, 'good morning')
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'You said: good morning\n' })
})

test('the sandbox backend of the page holds a command, and refuses what it cannot hold', async () => {
  await makeCornerShop('sandboxes')
  expect((await run('extensions', 'sandboxes')).stdout).toContain('plain-bwrap')
  await installFromRepository(join(home.codexHome, 'corner-shop'))
  const file = join(home.codexHome, 'corner-shop', 'dist', 'plain-bwrap.js')
  const { sandbox }: { readonly sandbox: SandboxBackend } = await import(file) // as the page exports it
  const policy: SandboxPolicy = {
    cwd: workspace.path,
    readable: 'all',
    denyRead: [join(workspace.path, 'src', 'a.txt')],
    writable: [workspace.path],
    readOnly: [join(workspace.path, 'src')],
    temp: 'host',
    network: 'none',
    limits: {},
  }
  const script = 'cat src/a.txt; echo x > in; echo x > src/in; echo x > /opt/codex-outside; true'
  const { argv, env } = await sandbox.wrap({ argv: ['/bin/sh', '-c', script], env: { PATH: '/usr/bin:/bin' } }, policy)
  const [program, ...rest] = argv
  const { stdout, status } = spawnSync(program, rest, { env, encoding: 'utf8' })
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
  expect(existsSync(join(workspace.path, 'in'))).toBe(true)
  expect(existsSync(join(workspace.path, 'src', 'in'))).toBe(false)
  expect(existsSync('/opt/codex-outside')).toBe(false)
  const unheld = { ...policy, readOnly: [join(workspace.path, 'none')] }
  await expect(sandbox.wrap({ argv: ['true'], env: {} }, unheld)).rejects.toMatchObject({ code: 'sandbox.failed' })
})

test('the CLI command of the page lists the files of its kind, and an empty one is said', async () => {
  await makeCornerShop('definitionKinds')
  const plugin = join(home.codexHome, 'corner-shop')
  await home.write({
    'corner-shop/dist/commands/terms.js': built('src/commands/terms.ts'),
    'corner-shop/terms/gate.txt': 'What decides.\n',
    'terms/turn.txt': 'A prompt and what comes of it.\n',
    'terms/empty.txt': '\n',
  })
  await installFromRepository(plugin)
  await npm(plugin, home.homeDir, 'exec', '--', 'oclif', 'manifest')
  expect(await run('terms', '--json')).toMatchObject({ exitCode: 0, stdout: '[\n  "gate",\n  "turn"\n]\n' })
  expect((await run('terms', 'ga')).stdout).toBe('gate\n')
  expect((await run('doctor')).stdout).toContain('terms/empty.txt:1:1: The file says nothing')
})

test.each([
  ['needs plugin API 2; this program speaks 1', '"apiVersion": 1', '"apiVersion": 2'],
  ['Unknown field "tool"', '"tools":', '"tool":'],
  ['starting with ./ and ending in .js or .mjs', './dist/count-lines.js', 'dist/count-lines.js'],
  ['has no module ./dist/lines.js', './dist/count-lines.js', './dist/lines.js'],
  ['Extension point "executors" is not supported by this version', '"tools":', '"executors": [], "tools":'],
])('doctor tells "%s"', async (message, from, to) => {
  await makeLineCount()
  await home.write({ 'line-count/package.json': (await made('package.json')).replace(from, to) })
  expect((await run('doctor')).stdout).toContain(message)
  expect((await run('agents', 'list')).stdout).toContain('security-analyst')
})

test.each([
  ['has the effects read, the manifest says none', 'package.json', /"effects": \[\s*"read"\s*\]/, '"effects": []'],
  ['is called "count", the manifest says "line_count"', 'dist/count-lines.js', "'line_count'", "'count'"],
  ['does not export an object "tool"', 'dist/count-lines.js', 'const tool', 'const thing'],
  ['threw while it was imported', 'dist/count-lines.js', 'export const', 'throw new Error("no")\nexport const'],
])('using a module that is wrong tells "%s"', async (message, name, from, to) => {
  await makeLineCount()
  await home.write({ [`line-count/${name}`]: (await made(name)).replace(from, to) })
  const { exitCode, stderr } = await run('agent', 'line-count', 'how large is src?', '--playbook')
  expect(exitCode).toBe(1)
  expect(stderr).toContain(message)
})
