import { join } from 'node:path'
import { readPluginLockfile } from '../../kernel/plugins/plugin-lockfile.ts'
import { pluginPlaces } from '../../kernel/plugins/plugin-places.ts'
import { differencesOf, strayPackages } from '../../kernel/plugins/verify-plugins.ts'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Plugins that are off, that are wished for and not there, or that are not as they were agreed to. Broken ones are told as files. */
export async function checkPlugins({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const { dataDir } = pluginPlaces(kernel.codexHome)
  const lockfile = await readPluginLockfile(dataDir)
  const installed = Object.entries(lockfile.plugins).filter(([, { type }]) => type === 'installed')
  const altered = await Promise.all(
    installed.map(async ([name, locked]): Promise<readonly DoctorCheck[]> => {
      const [first, ...more] = await differencesOf(dataDir, name, locked)
      if (!first) return []
      const detail = `${name} is not as it was agreed: ${first.file} is ${first.problem}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
      const fix = `Look at it: codex plugins verify ${name}. Then install it again: codex plugins install ${locked.source}`
      return [{ name: 'plugins', status: 'error', detail, fix }]
    }),
  )
  const unlocked = kernel.plugins.installed.manifests
    .filter(({ name, root }) => root === join(dataDir, 'node_modules', name) && !Object.hasOwn(lockfile.plugins, name))
    .map(({ name }): DoctorCheck => {
      const detail = `${name} was installed by other means, so nobody agreed to what it brings`
      return { name: 'plugins', status: 'warning', detail, fix: `Install it with: codex plugins install ${name}` }
    })
  // What was installed by other means cannot be told from what was put there.
  const strays = unlocked.length > 0 ? [] : await strayPackages(dataDir, lockfile)
  const found = [
    ...altered.flat(),
    ...unlocked,
    ...strays.map(({ file }): DoctorCheck => {
      const detail = `${file} is there, and no plugin brought it`
      return { name: 'plugins', status: 'warning', detail, fix: `Look at ${join(dataDir, file)}, and remove it.` }
    }),
    ...Object.entries(kernel.loaded.config.plugins ?? {}).flatMap(([name, { enabled }]): readonly DoctorCheck[] =>
      enabled === false
        ? [{ name: 'plugins', status: 'ok', detail: `${name} is turned off in the configuration` }]
        : [],
    ),
  ]
  if (found.some(({ status }) => status !== 'ok')) return found
  const count = kernel.plugins.installed.manifests.length
  return [{ name: 'plugins', status: 'ok', detail: `${count} installed or linked, as agreed` }, ...found]
}
