import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { openBuiltDefinitions, parseBuiltinFiles } from './built-definitions.ts'
import { loadPolicies, loadProfiles } from './builtin-kinds.ts'
import { openDefinitionCache } from './definition-cache.ts'

/** A package with the profiles of this one, as the build leaves it. */
async function builtPackage() {
  const { path, remove } = await makeWorkspace()
  onTestFinished(remove)
  await cp(join(import.meta.dirname, '../../profiles'), join(path, 'profiles'), { recursive: true })
  await mkdir(join(path, 'dist'))
  await writeFile(join(path, 'dist', 'definitions.json'), JSON.stringify(await parseBuiltinFiles(path)))
  return path
}

const sourceIn = (directory: string) => [{ layer: 'builtin', trusted: true, directory, glob: '*.toml' } as const]

test('what the build parsed is what a start without it parses', async () => {
  const path = await builtPackage()
  const [profiles, policies] = [sourceIn(join(path, 'profiles')), sourceIn(join(path, 'profiles', 'policies'))]
  const built = openDefinitionCache(undefined, openBuiltDefinitions(path))
  const none = openDefinitionCache(undefined, openBuiltDefinitions(join(path, 'nowhere')))
  expect(await loadProfiles(profiles, built)).toEqual(await loadProfiles(profiles, none))
  expect(await loadPolicies(policies, built)).toEqual(await loadPolicies(policies, none))
  expect((await loadProfiles(profiles, built)).effective.length).toBeGreaterThan(0)
})

test('a file that has changed since the build is parsed anew', async () => {
  const path = await builtPackage()
  const find = openBuiltDefinitions(path)
  const file = join(path, 'profiles', 'offline.toml')
  expect(await find('profile', file, await readFile(file))).toHaveLength(1)
  await writeFile(file, 'id = "offline"\nthis is no TOML\n')
  expect(await find('profile', file, await readFile(file))).toBeUndefined()
  const { diagnostics } = await loadProfiles(sourceIn(join(path, 'profiles')), openDefinitionCache(undefined, find))
  expect(diagnostics).toMatchObject([{ severity: 'error', file }])
})
