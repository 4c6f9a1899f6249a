import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeWorkspace, type TempWorkspace } from '../../test/support/temp-workspace.ts'
import { everything } from './permissions/intersect.ts'
import { buildWriterPolicy, writableRoots } from './writer-policy.ts'

let place: TempWorkspace
let root: string
beforeEach(async () => {
  place = await makeWorkspace()
  root = join(place.path, 'work')
  mkdirSync(root)
})
afterEach(() => place.remove())

const allowing = (allow: readonly string[], deny: readonly string[] = []) => ({
  ...everything,
  write: { allow: [{ allow, deny }], askable: [] },
})
const build = (allow: readonly string[], more: { opened?: readonly string[]; deny?: readonly string[] } = {}) =>
  buildWriterPolicy({
    permissions: allowing(allow, more.deny),
    opened: more.opened ?? [],
    places: { workspaceRoot: root, codexHome: join(root, 'home'), homeDir: place.path, tempDir: '/tmp' },
    protection: 'on',
  })

test('the directories of the permissions may be written, without a network and with /tmp as any other directory', async () => {
  const policy = await build([join(root, '**'), join(place.path, 'missing')])
  expect(policy).toMatchObject({ writable: [root], readable: 'all', temp: 'none', network: 'none', limits: {} })
})

test('of a glob over a part of a directory the directory is opened, and what is missing or a file is told apart', () => {
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'one.txt'), '')
  const roots = writableRoots(allowing([join(root, 'src/**/*.ts'), join(root, 'one.txt'), join(root, 'out')]))
  expect(roots).toEqual({ directories: [join(root, 'src')], others: [join(root, 'one.txt'), join(root, 'out')] })
  expect(writableRoots(everything)).toEqual({ directories: ['/'], others: [] })
})

test('no placeholder is asked for: what is protected and there is read-only, what is missing or a link is left out', async () => {
  mkdirSync(join(root, '.git', 'hooks'), { recursive: true })
  mkdirSync(join(root, 'home'))
  mkdirSync(join(root, 'kept'))
  symlinkSync('kept', join(root, '.agents'))
  mkdirSync(join(place.path, '.ssh'))
  const policy = await build([root], { deny: [join(root, 'kept'), join(root, 'gone')] })
  expect(policy.readOnly).toEqual([join(root, '.git/hooks'), join(root, 'home'), join(root, 'kept')])
  expect(policy.denyRead).toContain(join(place.path, '.ssh'))
  expect(policy.denyRead).not.toContain(join(place.path, '.gnupg'))
})

test('around a path that a person agreed to, the directories beside it stay as they are', async () => {
  mkdirSync(join(place.path, 'beside'))
  const policy = await build([root], { opened: [join(place.path, 'new.txt')] })
  expect(policy.writable).toEqual([place.path])
  expect(policy.readOnly).toEqual([join(place.path, 'beside')])
  expect((await build([root], { opened: [join(place.path, 'beside')] })).writable).toEqual([
    join(place.path, 'beside'),
    root,
  ])
})
