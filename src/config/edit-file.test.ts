import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { editFile } from './edit-file.ts'

let directory = ''
let file = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'codex-edit-'))
  file = join(directory, 'config.toml')
  await writeFile(file, 'a\n')
})
afterEach(() => rm(directory, { recursive: true }))

test('what an editor writes while a file is edited is not lost', async () => {
  let calls = 0
  const edited = await editFile(file, async (text) => {
    calls += 1
    // The second call is the one whose result would be written.
    if (calls === 2) await writeFile(file, 'of the editor\n')
    return `${text}b\n`
  })
  expect(edited).toEqual({ before: 'of the editor\n', after: 'of the editor\nb\n' })
  expect(await readFile(file, 'utf8')).toBe('of the editor\nb\n')
  expect(await readdir(directory)).toEqual(['config.toml'])
})

test('a file that goes on changing is left to whoever changes it', async () => {
  let calls = 0
  const editing = editFile(file, async (text) => {
    calls += 1
    await writeFile(file, `${calls}\n`)
    return `${text}b\n`
  })
  await expect(editing).rejects.toMatchObject({ code: 'home.unwritable' })
  expect(await readFile(file, 'utf8')).toBe(`${calls}\n`)
  expect(await readdir(directory)).toEqual(['config.toml'])
})

test('an edit that throws or changes nothing writes nothing', async () => {
  await expect(editFile(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await editFile(file, (text) => text)).toEqual({ before: 'a\n', after: 'a\n' })
  expect(await readFile(file, 'utf8')).toBe('a\n')
})
