import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './with-lock.ts'

let directory = ''
let file = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'codex-lock-'))
  file = join(directory, 'lock')
})
afterEach(() => rm(directory, { recursive: true }))

/** How many work at the same time at most. */
async function mostAtOnce(workers: number): Promise<number> {
  let inside = 0
  let most = 0
  const work = async () => {
    inside += 1
    most = Math.max(most, inside)
    await readdir(directory)
    inside -= 1
  }
  await Promise.all(Array.from({ length: workers }, () => withLock(file, work)))
  return most
}

test('one at a time works, and nothing is left behind', async () => {
  expect(await mostAtOnce(20)).toBe(1)
  expect(await readdir(directory)).toEqual([])
})

test('the lock of a process that is gone is taken over by one of many', async () => {
  await writeFile(file, `${2 ** 22 + 1} 1`)
  expect(await mostAtOnce(20)).toBe(1)
  expect(await readdir(directory)).toEqual([])
})

test('work that throws gives the lock back', async () => {
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await readdir(directory)).toEqual([])
})
