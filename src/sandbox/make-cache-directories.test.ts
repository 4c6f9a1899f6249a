import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cacheDirectories } from '../security/permissions/cache-directories.ts'
import { pathDimension } from '../security/permissions/dimension-of.ts'
import { everything, nothing } from '../security/permissions/intersect.ts'
import { makeCacheDirectories } from './make-cache-directories.ts'

/** A home directory without caches, and a PATH with npm and go in it. */
async function freshHome() {
  const homeDir = await realpath(await mkdtemp(join(tmpdir(), 'codex-caches-')))
  onTestFinished(() => rm(homeDir, { recursive: true, force: true }))
  const searchPath = join(homeDir, 'bin')
  await mkdir(searchPath)
  for (const program of ['npm', 'go']) {
    await writeFile(join(searchPath, program), '')
    await chmod(join(searchPath, program), 0o755)
  }
  return { homeDir, searchPath, platform: 'linux' } as const
}

test('the caches of programs that are there are made, and no others', async () => {
  const home = await freshHome()
  const allow = cacheDirectories(home.homeDir)
  await makeCacheDirectories({ ...everything, write: pathDimension({ allow }) }, home)
  const made = allow.filter(existsSync).map((directory) => directory.slice(home.homeDir.length + 1))
  expect(made.sort()).toEqual(['.cache/go-build', '.npm/_cacache', '.npm/_logs', 'go/pkg/mod'])
})

test('none is made that may not be written', async () => {
  const home = await freshHome()
  const [first = '', ...others] = cacheDirectories(home.homeDir)
  await makeCacheDirectories(nothing, home)
  await makeCacheDirectories({ ...everything, write: pathDimension({ allow: [first], ask: others }) }, home)
  expect(cacheDirectories(home.homeDir).filter(existsSync)).toEqual([first])
})
