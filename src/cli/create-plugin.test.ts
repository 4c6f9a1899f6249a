import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { repositoryRoot } from '../../test/support/packed-package.ts'
import { makeWorkspace, type TempWorkspace } from '../../test/support/temp-workspace.ts'
import { createPlugin, pluginFolder } from './create-plugin.ts'

const program = { packageRoot: repositoryRoot, version: '1.2.3' }

let workspace: TempWorkspace

beforeEach(async () => {
  workspace = await makeWorkspace()
})
afterEach(() => workspace.remove())

const create = (name: string, folder = 'plugin', taken: Parameters<typeof createPlugin>[2] = []) =>
  createPlugin({ name, directory: join(workspace.path, folder) }, program, taken)
const read = (file: string) => readFile(join(workspace.path, 'plugin', file), 'utf8')

test.each([
  ['line-count', 'line-count'],
  ['@acme/agent-db', 'agent-db'],
  ['a.b_c', 'a.b_c'],
])('%s is written to the folder %s', (name, folder) => {
  expect(pluginFolder(name)).toBe(folder)
})

test.each([
  '',
  'Line',
  '1st',
  '-x',
  'a b',
  '../x',
  'a/b',
  '@acme/',
  '@/x',
  '@acme/../x',
  '@a/b/c',
  'ä',
  'a\n',
  'fs',
  'node_modules',
  'codex-kernel',
  'x'.repeat(215),
])('%j is no name for a plugin, and the error says what is', (name) => {
  expect(() => pluginFolder(name)).toThrow(
    expect.objectContaining({ code: 'usage.arguments', hint: expect.stringContaining('lower-case letters') }),
  )
})

test('name, ids and the place of the program stand where the template has its words', async () => {
  const { files } = await create('@acme/agent.db')
  expect(files).toEqual(
    expect.arrayContaining(['.gitignore', 'agents/agent-db.toml', 'commands/agent-db.md', 'PUBLISH.md']),
  )
  for (const file of files) expect(await read(file), file).not.toMatch(/__[A-Z_]+__/)
  const { name, devDependencies, codex } = JSON.parse(await read('package.json'))
  expect(name).toBe('@acme/agent.db')
  expect(devDependencies['codex-kernel']).toBe(`file:${repositoryRoot.replace(/\/$/, '')}`)
  expect(codex.contributes.tools[0].id).toBe('agent_db')
  expect(await read('README.md')).toContain(repositoryRoot.replace(/\/$/, ''))
})

test('a program in a folder with quotes in its name gives a package.json that can be read', async () => {
  const root = join(workspace.path, 'a "checkout"')
  await mkdir(root)
  await cp(join(repositoryRoot, 'templates'), join(root, 'templates'), { recursive: true })
  const directory = join(workspace.path, 'plugin')
  await createPlugin({ name: 'a', directory }, { packageRoot: root, version: '1.2.3' }, [])
  expect(JSON.parse(await read('package.json')).devDependencies['codex-kernel']).toBe(`file:${root}`)
})

test('the compiler of the template is the one that the program is built with', async () => {
  const { devDependencies } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8'))
  await create('a')
  const made = JSON.parse(await read('package.json')).devDependencies
  expect(made.typescript).toBe(`^${devDependencies.typescript}`)
  expect(made['@types/node'].split('.')[0]).toBe(devDependencies['@types/node'].split('.')[0])
})

test.each([
  ['a folder with files', { 'plugin/mine': 'x' }],
  ['a file', { plugin: 'x' }],
])('%s that is there already stays as it is', async (_, files) => {
  await workspace.write(files)
  await expectRefused()
})

test('an empty folder that is there already stays as it is', async () => {
  await mkdir(join(workspace.path, 'plugin'))
  await expectRefused()
})

async function expectRefused(): Promise<void> {
  const before = await readdir(workspace.path, { recursive: true })
  await expect(create('a')).rejects.toMatchObject({
    code: 'usage.arguments',
    message: expect.stringContaining('exists already'),
  })
  expect(await readdir(workspace.path, { recursive: true })).toEqual(before)
}

test('where the folder cannot be made, the error says so and nothing is left', async () => {
  await writeFile(join(workspace.path, 'file'), '')
  await expect(create('a', 'file/plugin')).rejects.toMatchObject({ code: 'plugin.unwritable' })
  expect(await readdir(workspace.path)).toEqual(['file'])
})

test('a template that cannot be read leaves nothing behind', async () => {
  const broken = { packageRoot: join(workspace.path, 'none'), version: '1.2.3' }
  await mkdir(broken.packageRoot)
  await expect(
    createPlugin({ name: 'a', directory: join(workspace.path, 'plugin') }, broken, []),
  ).rejects.toMatchObject({ code: 'plugin.unwritable' })
  expect(await readdir(workspace.path)).toEqual(['none'])
})

test('an id that something else has is not hidden by a first plugin', async () => {
  const taken = {
    ...{ point: 'command', id: 'review', plugin: 'builtin', version: '1', source: 'x' },
    ...{ shadows: [], status: 'active' as const },
  }
  await expect(create('@acme/review', 'plugin', [taken])).rejects.toMatchObject({
    code: 'usage.arguments',
    message: '"review" is the id of a command of builtin already, which the plugin would hide',
  })
  expect(await readdir(workspace.path)).toEqual([])
})
