import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
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
      return [{ id: text.slice(0, 1).toLowerCase(), value: { text } }]
    },
  }
  const lazy: LazyKind<Note> = { id: 'note', cacheVersion, standsBeside: false, open: async () => kind }
  return { lazy, parsed }
}

async function place(files: Readonly<Record<string, string>>) {
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  const [directory, cacheDirectory] = [join(workspace.path, 'notes'), join(workspace.path, 'cache')]
  const open = (program = '1.0') => openDefinitionCache({ directory: cacheDirectory, program })
  /** The texts of the notes, and how many files had to be parsed for them. */
  const load = async (cache = open(), { lazy, parsed } = countingKind()) => {
    const { effective, diagnostics } = await loadDefinitions(lazy, sourceOf(directory), cache)
    return { texts: effective.map(({ value }) => value.text), diagnostics, parsedCount: parsed.length }
  }
  const shards = async () => (await readdir(cacheDirectory)).map((name) => join(cacheDirectory, name))
  return { ...workspace, directory, cacheDirectory, open, load, shards }
}

const sourceOf = (directory: string) => [{ layer: 'user' as const, trusted: true, directory, glob: '*.txt' }]

test('a file that has not changed is not parsed again, and what was wrong with it is said again', async () => {
  const { load } = await place({ 'notes/a.txt': 'alpha', 'notes/b.txt': 'broken' })
  const first = await load()
  expect(first).toMatchObject({ texts: ['alpha'], parsedCount: 2, diagnostics: [{ code: 'note.broken' }] })
  expect(await load()).toEqual({ ...first, parsedCount: 0 })
})

test('other content of the same size and times counts at once', async () => {
  const { load, directory } = await place({ 'notes/a.txt': 'alpha' })
  const file = join(directory, 'a.txt')
  const times = new Date('2020-01-01')
  await utimes(file, times, times)
  await load()
  await writeFile(file, 'ALPHA')
  await utimes(file, times, times)
  expect(await stat(file)).toMatchObject({ size: 5, mtimeMs: times.getTime() })
  expect(await load()).toMatchObject({ texts: ['ALPHA'], parsedCount: 1 })
})

test.each([
  ['back to 1970', new Date(1000)],
  ['on to 2100', new Date('2100-01-01')],
])('a clock that jumps %s changes nothing: new content counts, the same content is not parsed', async (_, time) => {
  const { load, directory, shards } = await place({ 'notes/a.txt': 'alpha', 'notes/b.txt': 'beta' })
  await load()
  for (const file of [join(directory, 'a.txt'), ...(await shards())]) await utimes(file, time, time)
  expect(await load()).toMatchObject({ texts: ['alpha', 'beta'], parsedCount: 0 })
  await writeFile(join(directory, 'a.txt'), 'a new one')
  await utimes(join(directory, 'a.txt'), time, time)
  expect(await load()).toMatchObject({ texts: ['a new one', 'beta'], parsedCount: 1 })
  expect(await load()).toMatchObject({ parsedCount: 0 })
})

test('changes that follow each other at once are all seen', async () => {
  const { load, directory } = await place({ 'notes/a.txt': 'a1' })
  for (const text of ['a2', 'a3', 'a4', 'a5']) {
    await writeFile(join(directory, 'a.txt'), text)
    expect((await load()).texts).toEqual([text])
  }
})

test('a new file is parsed, and one that is gone is forgotten', async () => {
  const { load, directory, shards } = await place({ 'notes/a.txt': 'alpha' })
  await load()
  await writeFile(join(directory, 'c.txt'), 'gamma')
  await rename(join(directory, 'a.txt'), join(directory, 'a.off'))
  expect(await load()).toMatchObject({ texts: ['gamma'], parsedCount: 1 })
  const [shard = ''] = await shards()
  expect(await readFile(shard, 'utf8')).not.toContain('alpha')
})

test('a file with the content of another is not taken for it', async () => {
  const { load, directory } = await place({ 'notes/a.txt': 'broken' })
  await load()
  await writeFile(join(directory, 'b.txt'), 'broken')
  const { diagnostics } = await load()
  expect(diagnostics.map(({ file }) => file)).toEqual([join(directory, 'a.txt'), join(directory, 'b.txt')])
})

test('what another version of the program or of the parser kept is parsed again and replaced', async () => {
  const { load, open, shards } = await place({ 'notes/a.txt': 'alpha' })
  await load()
  expect(await load(open('1.1'))).toMatchObject({ texts: ['alpha'], parsedCount: 1 })
  expect(await load(open('1.1'))).toMatchObject({ parsedCount: 0 })
  expect(await load(open('1.1'), countingKind('note-2'))).toMatchObject({ parsedCount: 1 })
  expect(await load()).toMatchObject({ parsedCount: 1 })
  expect(await shards()).toHaveLength(1)
})

test('two directories do not take each other’s entries away', async () => {
  const { path, load, open, write } = await place({ 'notes/a.txt': 'alpha' })
  await load()
  await write({ 'other/b.txt': 'beta' })
  await loadDefinitions(countingKind().lazy, sourceOf(join(path, 'other')), open())
  expect(await load()).toMatchObject({ parsedCount: 0 })
})

test('without a place nothing is kept', async () => {
  const { load, cacheDirectory } = await place({ 'notes/a.txt': 'alpha' })
  const none = openDefinitionCache(undefined)
  expect(await load(none)).toMatchObject({ parsedCount: 1 })
  expect(await load(none)).toMatchObject({ parsedCount: 1 })
  await expect(readdir(cacheDirectory)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a file in a repository that is named like the cache is never read as one', async () => {
  const { load, directory, shards, cacheDirectory } = await place({ 'notes/a.txt': 'alpha' })
  await load()
  const [shard = ''] = await shards()
  const kept = await readFile(shard)
  await mkdir(join(directory, 'cache', 'definitions'), { recursive: true })
  await writeFile(shard.replace(cacheDirectory, join(directory, 'cache', 'definitions')), kept)
  await rename(cacheDirectory, `${cacheDirectory}.gone`)
  expect(await load()).toMatchObject({ texts: ['alpha'], parsedCount: 1 })
})
