import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

const page = readFileSync(new URL('../../docs/write-a-plugin.md', import.meta.url), 'utf8')
const blocks = fencedBlocks(page)

let home: CodexHome
let workspace: TempWorkspace

beforeEach(async () => {
  home = await makeCodexHome()
  workspace = await makeWorkspace({ files: { 'src/a.txt': 'one\ntwo\n' } })
})
afterEach(async () => {
  await Promise.all([home.remove(), workspace.remove()])
})

const run = (...argv: readonly string[]) => runCodex(argv, { home, cwd: workspace.path })

/** Links folders below CODEX_HOME as the page says. */
async function link(...names: readonly string[]): Promise<void> {
  const plugins = names.map((name) => ({ type: 'link', name, root: `${home.codexHome}/${name}` }))
  await home.write({ 'oclif/package.json': JSON.stringify({ oclif: { plugins } }) })
}

/** The files of the page that are named above their text, as it stands there. */
async function writeLineCount(): Promise<void> {
  const files = blocks.filter(({ file }) => file?.startsWith('codex-line-count/'))
  expect(files).toHaveLength(3)
  await home.write(Object.fromEntries(files.map(({ file = '', text }) => [file, text])))
}

test('the plugin of the page is listed, and its agent counts lines with its tool', async () => {
  await writeLineCount()
  const linked = blocks.find(({ file }) => file === '~/.codex/oclif/package.json')?.text ?? ''
  await home.write({ 'oclif/package.json': linked.replace('/path/to', home.codexHome) })
  const listed = await run('extensions', 'tools', '--json')
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ id: 'line_count', plugin: 'codex-line-count', status: 'active' }),
  )
  const counted = await run('agent', 'counter', 'how large is src?', '--playbook')
  expect(counted.exitCode).toBe(0)
  expect(counted.stdout).toContain('2 lines in 1 files')
})

test('the page says how to turn a plugin off', async () => {
  await writeLineCount()
  await link('codex-line-count')
  await home.write({ 'config.toml': blocks.find(({ text }) => text.includes('enabled = false'))?.text ?? '' })
  expect((await run('extensions', 'tools')).stdout).toMatch(/line_count.*disabled/)
})

test('the hook of the page denies a patch of a lockfile, and no other', async () => {
  const manifest = blocks.find(({ text }) => text.includes('codex-no-lockfiles'))?.text ?? ''
  const module = blocks.find(({ text }) => text.includes('defineHook'))?.text ?? ''
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
  await home.write({ 'guard/package.json': manifest, 'guard/guard.js': module })
  await link('guard')
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
  const module = blocks.find(({ text }) => text.includes('defineHandler'))?.text ?? ''
  const contributes = { handlers: [{ id: 'owners', module: './owners.js' }] }
  const manifest = { name: 'owners', type: 'module', codex: { apiVersion: 1, contributes } }
  await home.write({ 'owners/package.json': JSON.stringify(manifest), 'owners/owners.js': module })
  await link('owners')
  expect((await run('/owners', 'security')).stdout).toContain('security-analyst  builtin')
})

test.each([
  ['needs plugin API 2; this program speaks 1', '"apiVersion": 1', '"apiVersion": 2'],
  ['Unknown field "tool"', '"tools":', '"tool":'],
  ['starting with ./ and ending in .js or .mjs', './line-count.js', 'line-count.js'],
  ['has no module ./lines.js', './line-count.js', './lines.js'],
  ['Extension point "executors" is not supported by this version', '"tools":', '"executors": [], "tools":'],
])('doctor tells "%s"', async (message, from, to) => {
  await writeLineCount()
  const manifest = blocks.find(({ file }) => file === 'codex-line-count/package.json')?.text ?? ''
  await home.write({ 'codex-line-count/package.json': manifest.replace(from, to) })
  await link('codex-line-count')
  expect((await run('doctor')).stdout).toContain(message)
  expect((await run('agents', 'list')).stdout).toContain('security-analyst')
})

test.each([
  ['has the effects read, the manifest says none', 'package.json', '["read"]', '[]'],
  ['is called "count", the manifest says "line_count"', 'line-count.js', "'line_count'", "'count'"],
  ['does not export an object "tool"', 'line-count.js', 'const tool', 'const thing'],
  ['threw while it was imported', 'line-count.js', 'export const', 'throw new Error("no")\nexport const'],
])('using a module that is wrong tells "%s"', async (message, name, from, to) => {
  await writeLineCount()
  const text = blocks.find(({ file }) => file === `codex-line-count/${name}`)?.text ?? ''
  await home.write({ [`codex-line-count/${name}`]: text.replace(from, to) })
  await link('codex-line-count')
  const { exitCode, stderr } = await run('agent', 'counter', 'how large is src?', '--playbook')
  expect(exitCode).toBe(1)
  expect(stderr).toContain(message)
})
