import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../../test/support/temp-workspace.ts'
import { takeBusyLock } from './busy-lock.ts'

async function lockFile(): Promise<{ readonly file: string; readonly directory: string }> {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  return { file: join(workspace.path, 'busy'), directory: workspace.path }
}

test('one holds it until it is given back', async () => {
  const { file, directory } = await lockFile()
  const release = await takeBusyLock(file)
  await expect(takeBusyLock(file)).rejects.toMatchObject({ code: 'plugin.busy' })
  await release()
  expect(await readdir(directory)).toEqual([])
})

test('of many that ask at once one gets it', async () => {
  const { file, directory } = await lockFile()
  const taken = await Promise.allSettled(Array.from({ length: 20 }, () => takeBusyLock(file)))
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await readdir(directory)).toEqual(['busy'])
})

test.each([
  ['a process that is gone', '4194305 1'],
  ['another process of the same number', `${process.pid} 1`],
  ['nobody', ''],
])('one of %s is taken over', async (_, content) => {
  const { file } = await lockFile()
  await writeFile(file, content)
  const release = await takeBusyLock(file)
  await release()
  expect(existsSync(file)).toBe(false)
})
