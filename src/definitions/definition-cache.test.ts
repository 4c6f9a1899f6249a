import { readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import type { DefinitionKind } from '../plugin-api/index.ts'
import { openDefinitionCache } from './definition-cache.ts'
import { type LazyKind, loadDefinitions } from './load-definitions.ts'

interface Note {
  readonly text: string
}

/** A kind that counts how often it is asked to parse. */
function countingKind(cacheVersion = 'note-1') {
  const parsed: string[] = []
  const kind: DefinitionKind<Note> = {
    id: 'note',
    parse({ file, text }) {
      parsed.push(file)
      if (text === 'broken') return [{ diagnostics: [{ severity: 'error', code: 'note.broken', message: 'no', file }] }]
      return [{ id: text.slice(0, 1), value: { text } }]
    },
  }
  const lazy: LazyKind<Note> = { id: 'note', cacheVersion, projectStandsBeside: false, open: async () => kind }
  return { lazy, parsed }
}

async function place(files: Readonly<Record<string, string>>) {
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  const directory = join(workspace.path, 'notes')
  const cacheDirectory = join(workspace.path, 'cache')
  const long = new Date('2020-01-01')
  for (const name of await readdir(directory)) await utimes(join(directory, name), long, long)
  return { ...workspace, directory, cacheDirectory }
}

const sourceOf = (directory: string) => [{ layer: 'user' as const, trusted: true, directory, glob: '*.txt' }]

/** Makes the entries of the cache file old enough to be used: as if the program were started again later. */
async function passTime(cacheDirectory: string): Promise<void> {
  const file = join(cacheDirectory, 'definitions-note.json')
  const later = new Date((await stat(file)).mtimeMs + 10_000)
  await utimes(file, later, later)
}

test('a file that has not changed is not parsed again, and what was wrong with it is said again', async () => {
  const { directory, cacheDirectory } = await place({ 'notes/a.txt': 'alpha', 'notes/b.txt': 'broken' })
  const { lazy, parsed } = countingKind()
  const cache = openDefinitionCache(cacheDirectory)
  const first = await loadDefinitions(lazy, sourceOf(directory), cache)
  await passTime(cacheDirectory)
  const second = await loadDefinitions(lazy, sourceOf(directory), cache)
  expect(parsed).toHaveLength(2)
  expect(second).toEqual(first)
  expect(second.diagnostics).toMatchObject([{ code: 'note.broken' }])
})

test('a changed, new or removed file is seen; so is one of the same size and time', async () => {
  const { directory, cacheDirectory, write } = await place({ 'notes/a.txt': 'alpha', 'notes/b.txt': 'beta' })
  const { lazy } = countingKind()
  const cache = openDefinitionCache(cacheDirectory)
  const texts = async () => {
    const { effective } = await loadDefinitions(lazy, sourceOf(directory), cache)
    return effective.map(({ value }) => value.text)
  }
  expect(await texts()).toEqual(['alpha', 'beta'])
  await passTime(cacheDirectory)
  const { atime, mtime } = await stat(join(directory, 'a.txt'))
  await write({ 'notes/a.txt': 'ALPHA', 'notes/c.txt': 'gamma' })
  await utimes(join(directory, 'a.txt'), atime, mtime)
  await rename(join(directory, 'b.txt'), join(directory, 'b.off'))
  expect(await texts()).toEqual(['ALPHA', 'gamma'])
})

test('two changes within one tick of the clock are both seen', async () => {
  const { directory, cacheDirectory, write } = await place({ 'notes/a.txt': 'a1' })
  const { lazy } = countingKind()
  const cache = openDefinitionCache(cacheDirectory)
  for (const text of ['a2', 'a3', 'a4', 'a5']) {
    await write({ 'notes/a.txt': text })
    const { effective } = await loadDefinitions(lazy, sourceOf(directory), cache)
    expect(effective[0]?.value.text).toBe(text)
  }
})

test('another version of the kind parses everything again', async () => {
  const { directory, cacheDirectory } = await place({ 'notes/a.txt': 'alpha' })
  const cache = openDefinitionCache(cacheDirectory)
  await loadDefinitions(countingKind('note-1').lazy, sourceOf(directory), cache)
  await passTime(cacheDirectory)
  const next = countingKind('note-2')
  await loadDefinitions(next.lazy, sourceOf(directory), cache)
  expect(next.parsed).toHaveLength(1)
})

test.each(['not json', '[]', '{"version":"note-1","files":{"x":[1]}}', '{"version":"note-1","files":{"x":null}}', ''])(
  'a corrupt cache is as good as none: %s',
  async (content) => {
    const { directory, cacheDirectory, write } = await place({ 'notes/a.txt': 'alpha' })
    await write({ 'cache/definitions-note.json': content })
    const { lazy } = countingKind()
    const { effective, diagnostics } = await loadDefinitions(
      lazy,
      sourceOf(directory),
      openDefinitionCache(cacheDirectory),
    )
    expect(effective.map(({ id }) => id)).toEqual(['a'])
    expect(diagnostics).toEqual([])
    expect(JSON.parse(await readFile(join(cacheDirectory, 'definitions-note.json'), 'utf8'))).toMatchObject({
      version: 'note-1',
    })
  },
)

test('a cache that cannot be written is done without, and leaves nothing behind', async () => {
  const { path, directory, write } = await place({ 'notes/a.txt': 'alpha' })
  await write({ 'a-file': 'in the way' })
  const { lazy } = countingKind()
  const cache = openDefinitionCache(join(path, 'a-file'))
  const { effective, diagnostics } = await loadDefinitions(lazy, sourceOf(directory), cache)
  expect(effective).toHaveLength(1)
  expect(diagnostics).toEqual([])
  expect(await readFile(join(path, 'a-file'), 'utf8')).toBe('in the way')
})

test('what other repositories left in the cache stays, what is gone from here does not', async () => {
  const { path, directory, cacheDirectory, write } = await place({ 'notes/a.txt': 'alpha' })
  await write({ 'other/b.txt': 'beta' })
  const cache = openDefinitionCache(cacheDirectory)
  const { lazy } = countingKind()
  await loadDefinitions(lazy, sourceOf(join(path, 'other')), cache)
  await passTime(cacheDirectory)
  await loadDefinitions(lazy, sourceOf(directory), cache)
  await passTime(cacheDirectory)
  await writeFile(join(directory, 'c.txt'), 'gamma')
  await rename(join(directory, 'a.txt'), join(directory, 'a.off'))
  await loadDefinitions(lazy, sourceOf(directory), cache)
  const kept = JSON.parse(await readFile(join(cacheDirectory, 'definitions-note.json'), 'utf8'))
  expect(Object.keys(kept.files)).toEqual([join(directory, 'c.txt'), join(path, 'other/b.txt')])
})
