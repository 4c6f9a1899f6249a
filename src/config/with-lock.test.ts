import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
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

test('one at a time works, and nothing is left behind', async () => {
  let inside = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLock(file, async () => {
        inside += 1
        most = Math.max(most, inside)
        await readdir(directory)
        inside -= 1
      }),
    ),
  )
  expect(most).toBe(1)
  expect(await readdir(directory)).toEqual([])
})

test('the lock of a process that is gone is taken over by one of many', async () => {
  // No process has so high a number (proc(5): pid_max is at most 2^22).
  await writeFile(file, `${2 ** 22 + 1} ${hostname()}\n`)
  const order: string[] = []
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      withLock(file, async () => {
        order.push(`${name} in`)
        await readdir(directory)
        order.push(`${name} out`)
      }),
    ),
  )
  expect(order.filter((_, index) => index % 2 === 0).map((entry) => entry.replace('in', 'out'))).toEqual(
    order.filter((_, index) => index % 2 === 1),
  )
  expect(await readdir(directory)).toEqual([])
})

test('the lock of another machine is taken over once it is old', async () => {
  await writeFile(file, '1 elsewhere\n')
  const old = new Date(Date.now() - 60_000)
  await utimes(file, old, old)
  expect(await withLock(file, async () => 'worked')).toBe('worked')
})

test('work that throws gives the lock back', async () => {
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await readdir(directory)).toEqual([])
})
