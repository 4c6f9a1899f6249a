import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openUndo } from './open-undo.ts'
import { pruneUndo } from './prune-undo.ts'
import { pruneUndoDaily } from './prune-undo-daily.ts'

const signal = new AbortController().signal
const now = new Date('2026-03-01T12:00:00Z')
const [first, second] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'] as const

/** A workspace whose file was changed by a turn of each of two threads, which began then. */
async function twoTurns(times: readonly [string, string]) {
  const place = await mkdtemp(join(tmpdir(), 'prune-undo-'))
  onTestFinished(() => rm(place, { recursive: true, force: true, maxRetries: 5 }))
  const [codexHome, workspaceRoot] = [join(place, 'home'), join(place, 'work')]
  await mkdir(workspaceRoot)
  const file = join(workspaceRoot, 'a.txt')
  await writeFile(file, 'before both')
  for (const [index, thread] of [first, second].entries()) {
    const undo = openUndo(
      { codexHome, workspaceRoot, searchPath: process.env.PATH ?? '' },
      { now: () => new Date(times[index] ?? ''), mayRecord: () => true, trackedIgnored: async () => [] },
    )
    await undo.begin({ turn: `turn-${index}`, thread, kind: 'turn', title: `title-${index}` }, signal)
    await writeFile(file, `after turn ${index}`)
    await undo.end(`turn-${index}`, signal)
  }
  const [name = ''] = await readdir(join(codexHome, 'undo'))
  const directory = join(codexHome, 'undo', name)
  const objects = () =>
    execFileSync('git', ['--git-dir', join(directory, 'git'), 'cat-file', '--batch-all-objects', '--batch'], {
      encoding: 'utf8',
    })
  /** As if all had been written an hour before. */
  const age = async () => {
    const root = join(directory, 'git', 'objects')
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const hourAgo = Date.now() / 1000 - 3600
      if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), hourAgo, hourAgo)
    }
  }
  return { codexHome, store: { codexHome, searchPath: process.env.PATH ?? '' }, directory, objects, age }
}

const titles = async (directory: string) =>
  [...(await readFile(join(directory, 'turns.jsonl'), 'utf8')).matchAll(/title-\d/g)].map(([title]) => title)

test('what is recorded of a turn that is not kept is gone, contents too, and the others can be taken back', async () => {
  const { store, directory, objects, age } = await twoTurns(['2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z'])
  expect(objects()).toContain('before both')
  await age()
  await pruneUndo(store, ({ thread }) => thread !== first)
  expect(await titles(directory)).toEqual(['title-1'])
  // git works behind this, and a listing fails where a content goes meanwhile; the test's own time limit is the only one.
  const isThere = (): boolean => {
    try {
      return objects().includes('before both')
    } catch {
      return true
    }
  }
  while (isThere()) await new Promise((resolve) => setImmediate(resolve))
  for (const text of ['after turn 0', 'after turn 1']) expect(objects()).toContain(text)
})

test('contents that may be of a turn that is being recorded stay', async () => {
  const { store, directory, objects } = await twoTurns(['2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z'])
  await pruneUndo(store, () => false)
  expect(await titles(directory)).toEqual([])
  expect(objects()).toContain('before both')
})

test('once a day turns that are older than a month, and those of threads that are gone, are forgotten', async () => {
  const { codexHome, store, directory } = await twoTurns(['2026-01-15T10:00:00Z', '2026-03-01T11:00:00Z'])
  const sessions = join(codexHome, 'sessions', '2026', '03', '01')
  await mkdir(sessions, { recursive: true })
  const record = (thread: string) => join(sessions, `rollout-2026-03-01T11-00-00-${thread}.jsonl`)
  for (const thread of [first, second]) await writeFile(record(thread), '{}\n')
  const stamp = join(codexHome, 'undo', 'pruned')
  const yesterday = now.getTime() / 1000 - 2 * 24 * 3600

  await pruneUndoDaily(store, now)
  expect(existsSync(stamp)).toBe(true)
  expect(await titles(directory)).toEqual(['title-0', 'title-1'])
  await utimes(stamp, yesterday, yesterday)
  await pruneUndoDaily(store, now)
  expect(await titles(directory)).toEqual(['title-1'])
  await rm(record(second))
  await pruneUndoDaily(store, now)
  expect(await titles(directory)).toEqual(['title-1'])
  await utimes(stamp, yesterday, yesterday)
  await pruneUndoDaily(store, now)
  expect(await titles(directory)).toEqual([])
})
