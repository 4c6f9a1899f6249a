import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { contributionListSchema } from './plugins/contribution-list.ts'
import { pluginPlaces } from './plugins/plugin-places.ts'
import { withStage } from './plugins/stage.ts'
import { readUserPlugins } from './read-user-plugins.ts'

async function dataDir(files: Readonly<Record<string, string>>): Promise<string> {
  const workspace = await makeWorkspace({ files, git: false })
  onTestFinished(() => workspace.remove())
  return workspace.path
}

/** A list of one plugin, which lies where oclif installs it. */
const installed = (packageJson: string, files: Readonly<Record<string, string>> = {}) =>
  dataDir({
    'package.json': JSON.stringify({ oclif: { plugins: [{ type: 'user', name: 'guard' }] } }),
    'node_modules/guard/package.json': packageJson,
    ...files,
  })
const manifest = (contributes: object, more: object = {}) =>
  JSON.stringify({ name: 'guard', version: '1.2.3', codex: { apiVersion: 1, contributes, ...more } })
const hooks = [{ event: 'PreToolUse', module: './guard.js' }]

test('without a list there are no plugins', async () => {
  const dir = await dataDir({})
  const none = { manifests: [], disabled: [], diagnostics: [] }
  expect(await readUserPlugins(dir)).toEqual(none)
  expect(await readUserPlugins(join(dir, 'nowhere'))).toEqual(none)
})

test('a plugin that was installed and one that was linked are read alike', async () => {
  const files = { 'package.json': manifest({ hooks }), 'guard.js': '' }
  const linked = await dataDir(files)
  const dir = await dataDir({
    'package.json': JSON.stringify({
      oclif: {
        plugins: [
          { type: 'user', name: 'guard', tag: 'latest' },
          { type: 'link', name: 'near', root: linked },
        ],
      },
    }),
    'node_modules/guard/package.json': files['package.json'],
    'node_modules/guard/guard.js': '',
  })
  const { manifests, disabled, diagnostics } = await readUserPlugins(dir)
  const common = { name: 'guard', version: '1.2.3', layer: 'plugin' }
  expect(manifests).toMatchObject([
    { ...common, root: join(dir, 'node_modules/guard') },
    { ...common, root: linked },
  ])
  expect([disabled, diagnostics]).toEqual([[], []])
})

test('a package that has no codex field is no plugin of ours, and nothing is said', async () => {
  const read = await readUserPlugins(await installed('{"name": "guard"}'))
  expect(read).toEqual({ manifests: [], disabled: [], diagnostics: [] })
})

test.each(['null', '[]', '{}', '{"oclif": 5}'])('a list that names no plugins, %s, has none', async (text) => {
  const read = await readUserPlugins(await dataDir({ 'package.json': text }))
  expect(read).toEqual({ manifests: [], disabled: [], diagnostics: [] })
})

test.each([
  ['{"oclif": {"plugins": {}}}', 'has no list at oclif.plugins'],
  ['{"oclif": {"plugins": [null]}}', 'has an entry without a name'],
  ['{"oclif": {"plugins": [{"type": "link", "name": "x", "root": 5}]}}', 'has an entry without a root'],
  ['{"oclif":\n  {"plugins" []}}', 'is not JSON'],
])('a list of plugins that is %s stops nothing', async (text, problem) => {
  const dir = await dataDir({ 'package.json': text })
  const { manifests, diagnostics } = await readUserPlugins(dir)
  expect(manifests).toEqual([])
  expect(diagnostics).toMatchObject([{ message: expect.stringContaining(problem), file: join(dir, 'package.json') }])
})

test('a list that is a directory is told', async () => {
  const dir = await dataDir({})
  await mkdir(join(dir, 'package.json'))
  expect((await readUserPlugins(dir)).diagnostics).toMatchObject([{ message: expect.stringContaining('EISDIR') }])
})

test('the entry of a list that is broken leaves the others', async () => {
  const plugins = [{ type: 'user' }, { type: 'user', name: 'guard' }, { type: 'user', name: 'gone' }]
  const dir = await dataDir({
    'package.json': JSON.stringify({ oclif: { plugins } }, undefined, 1),
    'node_modules/guard/package.json': manifest({}),
  })
  const { manifests, disabled, diagnostics } = await readUserPlugins(dir)
  expect(manifests.map(({ name }) => name)).toEqual(['guard'])
  expect(diagnostics).toMatchObject([{ field: 'oclif.plugins.0', line: 4, column: 4 }])
  expect(disabled).toMatchObject([{ name: 'gone', mayForbid: false }])
})

test('a manifest that is no JSON is told with its place', async () => {
  const dir = await installed('{\n  "name": "guard",\n  codex: {}\n}')
  expect((await readUserPlugins(dir)).disabled).toMatchObject([
    { name: 'guard', diagnostics: [{ line: 3, column: 3, file: join(dir, 'node_modules/guard/package.json') }] },
  ])
})

test.each([
  ['a field that is not known', { tool: [] }, 'codex.contributes.tool', 7],
  ['an id that none can have', { tools: [{ id: 'Bad Id', module: './x.js' }] }, 'codex.contributes.tools.0.id', 9],
  ['a pattern that is none', { hooks: [{ ...hooks[0], matcher: '(' }] }, 'codex.contributes.hooks.0.matcher', 11],
  ['a module that is not there', { hooks }, 'codex.contributes.hooks.0.module', 10],
])('%s turns the plugin off, and is told with its place', async (_, contributes, field, line) => {
  const text = JSON.stringify(JSON.parse(manifest(contributes)), undefined, 2)
  const { manifests, disabled } = await readUserPlugins(await installed(text))
  expect(manifests).toEqual([])
  expect(disabled).toMatchObject([{ name: 'guard', diagnostics: [{ field, line }] }])
})

test.each([
  [{ hooks }, true],
  [{ hooks: 'all of them' }, true],
  [{ policies: ['./*.toml'] }, true],
  [{ hooks: [], policies: [] }, false],
  [{ tools: [{ id: 'absent', module: './absent.js' }] }, false],
])(
  'a plugin that is off may have forbidden something where it names hooks or policies: %j',
  async (contributes, may) => {
    const dir = await installed(manifest(contributes, { apiVersion: 99 }))
    expect((await readUserPlugins(dir)).disabled).toMatchObject([{ name: 'guard', mayForbid: may }])
  },
)

test('a guard is never gone while the directory is replaced under it', async () => {
  const dir = await dataDir({})
  const places = pluginPlaces(dir)
  const agreed = Object.fromEntries(Object.keys(contributionListSchema.shape).map((key) => [key, []]))
  const locked = {
    type: 'installed',
    source: 'guard',
    version: '1.2.3',
    agreed: { ...agreed, hooks: [{ event: 'PreToolUse' }] },
  }
  const files = {
    'package.json': JSON.stringify({ oclif: { plugins: [{ type: 'user', name: 'guard' }] } }),
    'codex-plugins.lock.json': JSON.stringify({ lockfile_version: 1, plugins: { guard: locked } }),
    'node_modules/guard/package.json': manifest({ hooks }),
    'node_modules/guard/guard.js': '',
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(places.dataDir, name)), { recursive: true })
    await writeFile(join(places.dataDir, name), text)
  }
  let isDone = false
  const replacing = (async () => {
    for (let round = 0; round < 40; round += 1) await withStage(places, ({ commit }) => commit())
    isDone = true
  })()
  let reads = 0
  while (!isDone) {
    const { manifests, disabled } = await readUserPlugins(places.dataDir)
    expect([
      ...manifests.map(({ name }) => name),
      ...disabled.filter(({ mayForbid }) => mayForbid).map(({ name }) => name),
    ]).toEqual(['guard'])
    reads += 1
  }
  await replacing
  expect(reads).toBeGreaterThan(10)
  expect(await readdir(dir)).toEqual(['oclif'])
})
