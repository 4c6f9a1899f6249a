import { execFile } from 'node:child_process'
import {
  chmod,
  chown,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { openCacheDirectory } from './cache-directory.ts'

const limits = { maxFiles: 5, maxFileBytes: 1_000_000 }

async function place() {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  const directory = join(workspace.path, 'cache')
  const cache = openCacheDirectory(directory, limits)
  return { directory, cache, path: workspace.path, fileOf: (name: string) => join(directory, `${name}.json`) }
}

test('what was written is read, and nobody else can read it', async () => {
  const { cache, directory, fileOf } = await place()
  expect(cache.read('a')).toBeUndefined()
  cache.write('a', 'one ✓')
  expect(cache.read('a')).toBe('one ✓')
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  expect((await stat(fileOf('a'))).mode & 0o777).toBe(0o600)
})

test.each<[string, (file: string) => Promise<unknown>]>([
  ['is empty', (file) => truncate(file, 0)],
  ['is cut short', (file) => truncate(file, 80)],
  ['has grown', (file) => writeFile(file, 'more', { flag: 'a' })],
  ['has one other letter', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('two', 'tow'))],
  ['is of another program', (file) => writeFile(file, '{"version":"note-1","files":{}}')],
  ['is binary', (file) => writeFile(file, Buffer.alloc(300, 0xff))],
  ['others can read', (file) => chmod(file, 0o644)],
  ['others can write', (file) => chmod(file, 0o620)],
  [
    'is a link to a file of ours',
    async (file) => {
      await rename(file, `${file}.moved`)
      await symlink(`${file}.moved`, file)
    },
  ],
])('a file that %s is as if it were not there, and is replaced', async (_, damage) => {
  const { cache, fileOf } = await place()
  cache.write('a', `one two three ${'x'.repeat(100)}`)
  await damage(fileOf('a'))
  expect(cache.read('a')).toBeUndefined()
  cache.write('a', 'next')
  expect(cache.read('a')).toBe('next')
})

test('a link in the place of a file is replaced, and what it leads to stays as it was', async () => {
  const { cache, path, fileOf } = await place()
  cache.write('b', 'here')
  await writeFile(join(path, 'precious'), 'precious')
  await symlink(join(path, 'precious'), fileOf('a'))
  cache.write('a', 'next')
  expect(cache.read('a')).toBe('next')
  expect(await readFile(join(path, 'precious'), 'utf8')).toBe('precious')
})

test('a directory that others can write is neither read nor written', async () => {
  const { cache, directory } = await place()
  cache.write('a', 'one')
  await chmod(directory, 0o770)
  expect(cache.read('a')).toBeUndefined()
  cache.write('b', 'two')
  expect(await readdir(directory)).toEqual(['a.json'])
})

test('a directory that cannot be made is done without', async () => {
  const { path } = await place()
  await writeFile(join(path, 'a-file'), 'in the way')
  const cache = openCacheDirectory(join(path, 'a-file'), limits)
  cache.write('a', 'one')
  expect(cache.read('a')).toBeUndefined()
  expect(await readFile(join(path, 'a-file'), 'utf8')).toBe('in the way')
})

test.runIf(process.geteuid?.() === 0)('what another user owns is not trusted: file or directory', async () => {
  const { cache, directory, fileOf } = await place()
  cache.write('a', 'one')
  cache.write('b', 'two')
  await chown(fileOf('a'), 12_345, 12_345)
  expect(cache.read('a')).toBeUndefined()
  expect(cache.read('b')).toBe('two')
  await chown(directory, 12_345, 12_345)
  expect(cache.read('b')).toBeUndefined()
  cache.write('c', 'three')
  expect((await readdir(directory)).toSorted()).toEqual(['a.json', 'b.json'])
})

test('of too many files the oldest go, and so does what a process left half-written', async () => {
  const { cache, directory, fileOf } = await place()
  for (const name of ['a', 'b', 'c', 'd', 'e']) cache.write(name, name)
  await utimes(fileOf('c'), 1000, 1000)
  await writeFile(join(directory, 'x.1.tmp'), 'half')
  await utimes(join(directory, 'x.1.tmp'), 2000, 2000)
  cache.write('f', 'f')
  expect((await readdir(directory)).toSorted()).toEqual(['a.json', 'b.json', 'd.json', 'e.json', 'f.json'])
})

test('what is no file of the cache is left alone', async () => {
  const { cache, directory } = await place()
  await mkdir(join(directory, 'other'), { recursive: true })
  await writeFile(join(directory, 'notes.txt'), 'mine')
  for (let index = 0; index < 8; index += 1) cache.write(`n${index}`, 'x')
  expect(await readdir(directory)).toHaveLength(limits.maxFiles + 2)
  expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('mine')
})

test('a text that is too long is not kept', async () => {
  const { cache, directory } = await place()
  cache.write('a', 'x'.repeat(limits.maxFileBytes + 1))
  await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('processes that write one name at once leave one whole text, and no rubbish', async () => {
  const { cache, directory } = await place()
  const script = `
    import { openCacheDirectory } from ${JSON.stringify(join(import.meta.dirname, 'cache-directory.ts'))}
    const [directory, letter] = process.argv.slice(1)
    const cache = openCacheDirectory(directory, ${JSON.stringify(limits)})
    for (let round = 0; round < 100; round += 1) {
      cache.write('a', letter.repeat(50_000))
      const text = cache.read('a')
      if (text?.length !== 50_000 || new Set(text).size !== 1) throw new Error('torn: ' + text?.slice(0, 80))
    }`
  const run = promisify(execFile)
  const argv = ['--input-type=module', '-e', script, directory]
  await Promise.all(['p', 'q', 'r'].map((letter) => run(process.execPath, [...argv, letter])))
  expect(cache.read('a')).toMatch(/^(p+|q+|r+)$/)
  expect(await readdir(directory)).toEqual(['a.json'])
})

test('a file that has a second name is replaced, not written into', async () => {
  const { cache, path, fileOf } = await place()
  cache.write('a', 'one')
  await link(fileOf('a'), join(path, 'second'))
  cache.write('a', 'two')
  expect(await readFile(join(path, 'second'), 'utf8')).toContain('one')
})
