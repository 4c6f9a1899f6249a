import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { startDev } from '../support/dev-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const manifest = (contributes: object) =>
  JSON.stringify({
    name: 'word-count',
    version: '1.0.0',
    type: 'module',
    codex: { apiVersion: 1, contributes },
  })
const tools = { tools: [{ id: 'word_count', module: './dist/word-count.js', effects: ['read'] }] }
const tool = `import { label } from './label.js'
export const tool = { name: 'word_count', description: label, effects: ['read'], input: {}, run: async () => ({ text: label }) }
`
const label = "export const label = 'Counts words.'\n"

async function open() {
  const plugin = await makeWorkspace({
    files: { 'package.json': manifest(tools), 'dist/word-count.js': tool, 'dist/label.js': label },
  })
  onTestFinished(() => plugin.remove())
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const dev = await startDev({ home })
  onTestFinished(async () => void (await dev.end()))
  const link = (...plugins: readonly string[]) =>
    home.write({
      'oclif/package.json': JSON.stringify({
        private: true,
        oclif: { schema: 1, plugins: plugins.map((root) => ({ type: 'link', name: 'word-count', root })) },
        dependencies: {},
      }),
    })
  return { plugin, home, dev, link, file: (name: string) => join(plugin.path, name) }
}

test('a plugin that is linked while it watches is there, its modules are checked, and unlinked it is gone', async () => {
  const { plugin, dev, link, file } = await open()
  await plugin.write({ 'commands/count.md': '---\ndescription: Count\n---\nCount.\n' })
  await plugin.write({ 'package.json': manifest({ ...tools, commands: ['./commands/*.md'] }) })
  await link(plugin.path)
  expect(await dev.change('plugin', 'word-count')).toMatchObject({ change: 'added', file: file('package.json') })
  expect(await dev.change('module', 'tools/word_count')).toMatchObject({ change: 'added', problems: [] })
  expect(await dev.change('command', 'count')).toMatchObject({ change: 'added', origin: { plugin: 'word-count' } })
  await plugin.write({ 'commands/count.md': '---\ndescription: Count more\n---\nCount.\n' })
  expect(await dev.change('command', 'count')).toMatchObject({ change: 'changed' })
  await link()
  expect(await dev.change('plugin', 'word-count')).toMatchObject({ change: 'removed' })
  expect(await dev.change('command', 'count')).toMatchObject({ change: 'removed' })
})

test('a module is imported anew when it changes, with what it imports from beside it, and its error has a line', async () => {
  const { plugin, dev, link, file } = await open()
  await link(plugin.path)
  await dev.change('module', 'tools/word_count')
  await plugin.write({ 'dist/word-count.js': `const fine = 1\nconst broken = ;\n${tool}` })
  expect(await dev.change('module', 'tools/word_count')).toMatchObject({
    change: 'broken',
    problems: [{ severity: 'error', file: file('dist/word-count.js'), line: 2 }],
  })
  await plugin.write({ 'dist/word-count.js': tool })
  expect(await dev.change('module', 'tools/word_count')).toMatchObject({ change: 'mended', problems: [] })
  await plugin.write({ 'dist/label.js': 'export const other = 1\n' })
  expect(await dev.change('module', 'tools/word_count')).toMatchObject({
    change: 'broken',
    problems: [{ message: expect.stringContaining('label') }],
  })
  await plugin.write({ 'dist/label.js': label })
  expect(await dev.change('module', 'tools/word_count')).toMatchObject({ change: 'mended' })
  await plugin.write({ 'dist/word-count.js': tool.replace("'word_count'", "'other'") })
  expect(await dev.change('module', 'tools/word_count')).toMatchObject({
    change: 'broken',
    problems: [{ message: expect.stringContaining('is called "other", the manifest says "word_count"') }],
  })
})

test('a manifest or a list of plugins that breaks leaves what was there, and says so until it is mended', async () => {
  const { plugin, home, dev, link, file } = await open()
  await link(plugin.path)
  await dev.change('plugin', 'word-count')
  await plugin.write({ 'package.json': '{ "name": "word-count",' })
  expect(await dev.change('plugin', 'package.json')).toMatchObject({
    change: 'broken',
    problems: [{ file: file('package.json'), line: 1, lastGood: true }],
  })
  await plugin.write({ 'package.json': manifest(tools) })
  expect(await dev.change('plugin', 'package.json')).toMatchObject({ change: 'mended' })
  await home.write({ 'oclif/package.json': '{' })
  expect(await dev.change('plugin', 'package.json')).toMatchObject({ change: 'broken', problems: [{ lastGood: true }] })
  await rm(join(home.codexHome, 'oclif'), { recursive: true })
  expect(await dev.change('plugin', 'word-count')).toMatchObject({ change: 'removed' })
})

test('a plugin that was off is put on by what mends it', async () => {
  const { plugin, dev, link } = await open()
  await rm(join(plugin.path, 'dist'), { recursive: true })
  await link(plugin.path)
  expect(await dev.change('plugin', 'package.json')).toMatchObject({ change: 'broken' })
  await plugin.write({ 'dist/word-count.js': tool, 'dist/label.js': label })
  expect(await dev.change('plugin', 'word-count')).toMatchObject({ change: 'added' })
})
