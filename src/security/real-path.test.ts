import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { namesStream, realEntryAtUse, realPathAtUse } from './real-path.ts'

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'real-path-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (...parts: string[]) => path.join(root, ...parts)

mkdirSync(at('outside/deep'), { recursive: true })
mkdirSync(at('ws/dir'), { recursive: true })
writeFileSync(at('outside/file'), '')
symlinkSync(at('outside'), at('ws/link'))
symlinkSync('link', at('ws/second'))
symlinkSync('../outside/missing', at('ws/dangling'))
symlinkSync('dangling', at('ws/chain'))
symlinkSync('loop', at('ws/loop'))

test.each([
  ['ws/dir/new.txt', 'ws/dir/new.txt'],
  ['ws/new/deep/er.txt', 'ws/new/deep/er.txt'],
  ['ws/link/file', 'outside/file'],
  ['ws/second/file', 'outside/file'],
  ['ws/link/new', 'outside/new'],
  ['ws/second/new/er', 'outside/new/er'],
  ['ws/dangling', 'outside/missing'],
  ['ws/chain', 'outside/missing'],
  ['ws/chain/below', 'outside/missing/below'],
])('%s leads to %s', async (file, real) => {
  expect(await realPathAtUse(at(file))).toBe(at(real))
})

test('.. is taken where the link leads, as the kernel does', async () => {
  expect(await realPathAtUse(`${at('ws/link')}/deep/../file`)).toBe(at('outside/file'))
  expect(await realPathAtUse(`${at('ws/link')}/../new`)).toBe(at('new'))
})

test.runIf(process.platform === 'linux')('/proc/self/root and /proc/self/cwd are no way round', async () => {
  expect(await realPathAtUse(`/proc/self/root${at('outside/file')}`)).toBe(at('outside/file'))
  expect(await realPathAtUse(`/proc/self/root${at('outside/new')}`)).toBe(at('outside/new'))
  expect(await realPathAtUse('/proc/self/cwd/no-such-file')).toBe(
    path.join(realpathSync(process.cwd()), 'no-such-file'),
  )
})

test('what cannot be resolved is refused', async () => {
  await expect(realPathAtUse(at('ws/loop'))).rejects.toThrow()
  await expect(realPathAtUse(at('ws/loop/new'))).rejects.toThrow()
  await expect(realPathAtUse('relative')).rejects.toThrow(/absolute/)
  await expect(realPathAtUse(`${root}/a\0b`)).rejects.toThrow(/NUL/)
})

test('for removing, the last name is the entry itself', async () => {
  expect(await realEntryAtUse(at('ws/link'))).toBe(at('ws/link'))
  expect(await realEntryAtUse(at('ws/second/file'))).toBe(at('outside/file'))
})

test.each([
  ['C:\\w\\.env::$DATA', '\\', true],
  ['C:\\w\\a.txt:hidden', '\\', true],
  ['C:\\w\\.env', '\\', false],
  ['\\\\?\\C:\\w\\.env', '\\', false],
  ['/w/a:b', '/', false],
])('%s names a stream of a file where names are separated by %s: %s', (file, separator, expected) => {
  expect(namesStream(file, separator)).toBe(expected)
})
