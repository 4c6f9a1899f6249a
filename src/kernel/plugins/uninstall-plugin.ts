import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canForbid } from './contribution-list.ts'
import { type PluginHost, readRecord } from './plugin-host.ts'
import { lockedPlugin, readPluginLockfile } from './plugin-lockfile.ts'
import { tarballsName } from './plugin-places.ts'
import { runNpm } from './run-npm.ts'
import { withStage } from './stage.ts'
import { notInstalled } from './update-plugin.ts'
import { alteredPlugins, writeLockfile } from './verify-plugins.ts'

export interface Uninstalled {
  readonly name: string
  readonly version: string
  /** Hooks and policies of it end with it. */
  readonly couldForbid: boolean
}

/** Takes a plugin and all that came with it away, whole. A linked folder stays. @throws CodexError `plugin.*`; the abort reason */
export async function uninstallPlugin(name: string, host: PluginHost, signal: AbortSignal): Promise<Uninstalled> {
  return await withStage(host.places, async ({ dataDir, commit }) => {
    const recorded = await readRecord(host, dataDir)
    const own = recorded.find((each) => each.name === name)
    if (!own)
      throw notInstalled(
        name,
        recorded.map((each) => each.name),
      )
    const lockfile = await readPluginLockfile(dataDir)
    const altered = await alteredPlugins(dataDir, lockfile)
    const others = recorded.filter((each) => each.type === 'user' && each.name !== name)
    if (own.type === 'user' && others.length === 0) await forgetPackages(dataDir)
    else if (own.type === 'user') {
      const place = { cwd: dataDir, what: name }
      await runNpm(['uninstall', name, '--save', '--prefer-offline'], place, host.programs, signal)
    }
    await host.record(dataDir).remove(name)
    const locked = lockedPlugin(lockfile, name)
    const plugins = Object.fromEntries(Object.entries(lockfile.plugins).filter(([other]) => other !== name))
    if (locked?.tarball !== undefined) await rm(join(dataDir, locked.tarball), { force: true })
    await writeLockfile(dataDir, { ...lockfile, plugins }, altered)
    signal.throwIfAborted()
    await commit()
    return { name, version: locked?.version ?? '', couldForbid: locked !== undefined && canForbid(locked.agreed) }
  })
}

/** The last one goes without npm, so that nothing can stand in its way. */
async function forgetPackages(dataDir: string): Promise<void> {
  for (const name of ['node_modules', 'package-lock.json', tarballsName]) {
    await rm(join(dataDir, name), { recursive: true, force: true })
  }
  const file = join(dataDir, 'package.json')
  const fields: Readonly<Record<string, unknown>> = JSON.parse(await readFile(file, 'utf8')) // read as the list before
  await writeFile(file, JSON.stringify({ ...fields, dependencies: {} }, undefined, 2))
}
