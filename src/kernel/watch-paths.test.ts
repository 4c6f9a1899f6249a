import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { openFileWatcher, type WatchBatch, type WatchTimes } from './watch-paths.ts'

async function watched(paths: readonly string[], times?: WatchTimes) {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  const ended = new AbortController()
  const watcher = openFileWatcher(ended.signal, times)
  onTestFinished(() => ended.abort())
  await watcher.watch(paths.map((path) => join(workspace.path, path)))
  const batches = watcher.batches()
  const next = async (): Promise<WatchBatch> => {
    const { value, done } = await batches.next()
    if (done) throw new Error('the batches ended')
    return value
  }
  /** Pulls until each of these paths was in a batch; gives all paths up to then. */
  const until = async (...awaited: readonly string[]) => {
    const seen: string[] = []
    while (!awaited.every((path) => seen.includes(join(workspace.path, path)))) seen.push(...(await next()).paths)
    return seen
  }
  return { workspace, watcher, ended, batches, next, until, at: (path: string) => join(workspace.path, path) }
}

test('writes that follow each other closely are one batch', async () => {
  const { workspace, next, at } = await watched(['.'], { quietMs: 300, maxWaitMs: 5_000 })
  await workspace.write({ 'a.txt': '1', 'b.txt': '1', 'c.txt': '1' })
  expect([...(await next()).paths].sort()).toEqual([at('a.txt'), at('b.txt'), at('c.txt')])
})

test('changes that never pause are handed on all the same', async () => {
  const { workspace, next } = await watched(['.'], { quietMs: 60_000, maxWaitMs: 100 })
  let isDone = false
  const writing = (async () => {
    for (let count = 0; !isDone; count += 1) await workspace.write({ 'busy.txt': String(count) })
  })()
  expect((await next()).paths).toHaveLength(1)
  isDone = true
  await writing
})

test('node_modules and .git below a watched directory are not looked into, one that is named is', async () => {
  const { workspace, until } = await watched(['code', 'node_modules/plugin/dist'])
  await workspace.write({ 'code/node_modules/x/a.js': '', 'code/.git/index': '', 'code/main.js': '' })
  const seen = await until('code/main.js')
  expect(seen.filter((path) => path.includes('node_modules') || path.includes('.git'))).toEqual([])
  await workspace.write({ 'node_modules/plugin/dist/tool.js': '' })
  await until('node_modules/plugin/dist/tool.js')
})

test('other places can be watched in their stead, and those before are left alone', async () => {
  const { workspace, watcher, until, at } = await watched(['one', 'two'])
  await watcher.watch([at('two'), at('three')])
  await workspace.write({ 'one/a.txt': '1', 'two/a.txt': '1', 'three/a.txt': '1' })
  const seen = await until('two/a.txt', 'three/a.txt')
  expect(seen).not.toContain(at('one/a.txt'))
})

test('with its signal the batches end, also while nothing changes, and no file handle stays', async () => {
  const { ended, batches, at } = await watched(['.'])
  await mkdir(at('sub'))
  const waiting = (async () => {
    for await (const _ of batches);
  })()
  ended.abort()
  await waiting
  await writeFile(at('late.txt'), '')
  await expect.poll(() => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap')).toEqual([])
})
