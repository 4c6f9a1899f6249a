import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../../test/support/temp-workspace.ts'
import { compareDigests, digestFiles, outerPlaces, packagesOf, readInstalledPackages } from './installed-files.ts'

async function dataDir(files: Readonly<Record<string, string>>): Promise<string> {
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  return workspace.path
}

const hidden = (packages: object) => ({ 'node_modules/.package-lock.json': JSON.stringify({ packages }) })

test('the packages of a plugin are those that Node would find from it', async () => {
  const dir = await dataDir(
    hidden({
      'node_modules/a': { version: '1.0.0', dependencies: { b: '*', c: '*', absent: '*' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '*' } },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/c': { version: '1.0.0', dependencies: { a: '*' }, hasInstallScript: true },
      'node_modules/other': { version: '1.0.0', link: true },
    }),
  )
  const installed = await readInstalledPackages(dir)
  expect(packagesOf('a', installed)).toEqual(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c'])
  expect(installed.get('node_modules/c')?.hasInstallScript).toBe(true)
  expect(installed.get('node_modules/other')?.isLink).toBe(true)
  expect(packagesOf('nobody', installed)).toEqual([])
})

test('every file and link below a package has a digest, also what was put into its node_modules', async () => {
  const dir = await dataDir({
    'node_modules/@s/a/x.js': '1',
    'node_modules/@s/a/node_modules/b/y.js': '2',
    'node_modules/c/z.js': '3',
  })
  await symlink('x.js', join(dir, 'node_modules/@s/a/link.js'))
  const before = await digestFiles(dir, ['node_modules/@s/a', 'node_modules/@s/a/node_modules/b'])
  expect(Object.keys(before)).toEqual([
    'node_modules/@s/a/link.js',
    'node_modules/@s/a/node_modules/b/y.js',
    'node_modules/@s/a/x.js',
  ])
  expect(before['node_modules/@s/a/link.js']).toBe('-> x.js')
  expect(outerPlaces(Object.keys(before))).toEqual(['node_modules/@s/a'])
})

test('a difference has the file and what became of it', () => {
  expect(compareDigests({ a: '1', b: '2', c: '3' }, { b: '2', c: '4', d: '5' })).toEqual([
    { file: 'a', problem: 'missing' },
    { file: 'c', problem: 'changed' },
    { file: 'd', problem: 'added' },
  ])
})

test('where npm installed nothing there are no packages', async () => {
  expect(await readInstalledPackages(await dataDir({}))).toEqual(new Map())
})
