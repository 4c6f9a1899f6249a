import { readdir, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { lockHolder, takeLock } from './file-lock.ts'

async function lockFile(): Promise<{ readonly file: string; readonly directory: string }> {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  return { file: join(workspace.path, 'busy'), directory: workspace.path }
}

async function taken(file: string) {
  const lock = await takeLock(file)
  if (!('release' in lock)) throw new Error(`held by ${lock.holder}`)
  return lock
}

test('one holds it until it is given back', async () => {
  const { file, directory } = await lockFile()
  const { release } = await taken(file)
  expect(await takeLock(file)).toEqual({ holder: process.pid, since: expect.stringMatching(/^\d{4}-.*Z$/) })
  expect(lockHolder(file)).toMatchObject({ holder: process.pid })
  await release()
  expect(await readdir(directory)).toEqual([])
  expect(lockHolder(file)).toBeUndefined()
})

test('of many that ask at once one gets it', async () => {
  const { file, directory } = await lockFile()
  const asked = await Promise.all(Array.from({ length: 20 }, () => takeLock(file)))
  expect(asked.filter((lock) => 'release' in lock)).toHaveLength(1)
  expect(await readdir(directory)).toEqual(['busy'])
})

// No process has so high a number (proc(5): pid_max is at most 2^22).
const gone = `${2 ** 22 + 1}`

test.each([
  ['a process that is gone', `${gone} 1`],
  ['another process of the same number', `${process.pid} 1`],
  ['another process of this machine by name', `${process.pid} 1 ${hostname()}`],
  ['nobody', ''],
])('one of %s is taken over', async (_, content) => {
  const { file, directory } = await lockFile()
  await writeFile(file, content)
  const { release } = await taken(file)
  await release()
  expect(await readdir(directory)).toEqual([])
})

test('one that was left is taken over by one of many, also where the one before died while it took over', async () => {
  const { file } = await lockFile()
  await writeFile(file, `${gone} 1`)
  await writeFile(`${file}.stale`, `${gone} 1`)
  const asked = await Promise.all(Array.from({ length: 20 }, () => takeLock(file)))
  expect(asked.filter((lock) => 'release' in lock)).toHaveLength(1)
})

test('one of another machine is taken over once it is old', async () => {
  const { file } = await lockFile()
  await writeFile(file, `${gone} 1 elsewhere`)
  expect(await takeLock(file)).toEqual({ holder: Number(gone), host: 'elsewhere' })
  const old = new Date(Date.now() - 60 * 60_000)
  await utimes(file, old, old)
  await (await taken(file)).release()
})
