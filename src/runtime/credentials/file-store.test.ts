import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../../../test/support/codex-home.ts'
import { fileStore } from './file-store.ts'

const never = new AbortController().signal

async function open() {
  const home = await makeCodexHome({})
  onTestFinished(() => home.remove())
  return { store: fileStore(home.codexHome), codexHome: home.codexHome }
}

test('keys that are kept and forgotten at the same time are all kept, and all forgotten', async () => {
  const { store, codexHome } = await open()
  const providers = Array.from({ length: 8 }, (_, number) => `p${number}`)
  await Promise.all(providers.map((provider) => store.write(provider, `key-of-${provider}`, never)))
  expect((await store.readAll()).toSorted()).toEqual(providers.map((provider) => `key-of-${provider}`))
  const removed = await Promise.all(providers.slice(1).map((provider) => store.remove(provider, never)))
  expect(removed).toEqual(providers.slice(1).map(() => true))
  expect(await store.readAll()).toEqual(['key-of-p0'])
  expect(await store.remove('p1', never)).toBe(false)
  expect(await store.remove('p0', never)).toBe(true)
  expect((await readdir(codexHome)).filter((name) => name.includes('credentials'))).toEqual([])
})

test.each([
  ['openai', 'auth.json'],
  ['mine', 'credentials.json'],
])('a key of %s behind a link is written there, and gone from there when it is forgotten', async (provider, name) => {
  const { store, codexHome } = await open()
  const elsewhere = join(codexHome, 'dotfiles')
  await mkdir(elsewhere)
  await writeFile(join(elsewhere, name), '{}')
  await symlink(join(elsewhere, name), join(codexHome, name))
  await store.write(provider, 'sk-behind-a-link', never)
  expect((await lstat(join(codexHome, name))).isSymbolicLink()).toBe(true)
  expect(await readFile(join(elsewhere, name), 'utf8')).toContain('sk-behind-a-link')
  expect(await store.remove(provider, never)).toBe(true)
  expect([existsSync(join(elsewhere, name)), await readdir(elsewhere)]).toEqual([false, []])
  expect(await store.read(provider, never)).toBeUndefined()
})
