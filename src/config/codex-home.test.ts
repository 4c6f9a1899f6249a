import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codexHome } from './codex-home.ts'

let directory = ''
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'codex-home-')))
})
afterEach(() => rm(directory, { recursive: true }))

test('without CODEX_HOME it is ~/.codex, there or not', () => {
  expect(codexHome({}, directory)).toBe(join(directory, '.codex'))
  expect(codexHome({ CODEX_HOME: '' }, directory)).toBe(join(directory, '.codex'))
})

test('CODEX_HOME wins, as its real path', async () => {
  await mkdir(join(directory, 'real'))
  await symlink('real', join(directory, 'link'))
  expect(codexHome({ CODEX_HOME: join(directory, 'link') }, '/home/none')).toBe(join(directory, 'real'))
})

test('a CODEX_HOME that is missing, or a file, is an error', async () => {
  const missing = join(directory, 'none')
  expect(() => codexHome({ CODEX_HOME: missing }, directory)).toThrow(
    `CODEX_HOME points to "${missing}", but that path does not exist`,
  )
  const file = join(directory, 'file')
  await writeFile(file, '')
  expect(() => codexHome({ CODEX_HOME: file }, directory)).toThrow(expect.objectContaining({ code: 'home.missing' }))
})

test('a file in the place of ~/.codex is an error that names it', async () => {
  const file = join(directory, '.codex')
  await writeFile(file, 'kept')
  expect(() => codexHome({}, directory)).toThrow(
    expect.objectContaining({
      code: 'home.unwritable',
      message: expect.stringContaining(`${file} is not a directory`),
    }),
  )
  expect(() => codexHome({ CODEX_HOME: directory }, directory)).not.toThrow()
})
