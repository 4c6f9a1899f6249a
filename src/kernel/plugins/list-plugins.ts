import { join } from 'node:path'
import { readUserPlugins } from '../read-user-plugins.ts'
import { type Inspection, inspectPlugin } from './inspect-plugin.ts'
import { type FileDifference, readInstalledPackages } from './installed-files.ts'
import { type PluginHost, type RecordedPlugin, readRecord } from './plugin-host.ts'
import { lockedPlugin, readPluginLockfile } from './plugin-lockfile.ts'
import { notInstalled } from './update-plugin.ts'
import { differencesOf, type PluginVerdict, strayPackages } from './verify-plugins.ts'

/** A plugin as `codex plugins list` shows it. */
export interface ListedPlugin {
  readonly name: string
  /** Empty where it cannot be read. */
  readonly version: string
  readonly type: 'built-in' | 'installed' | 'linked'
  /** As it was asked for; the folder of a linked one. */
  readonly source: string
  readonly status: 'on' | 'off'
  /** Why it is off. */
  readonly reason?: string
}

/**
 * All plugins, those that come with the program first.
 *
 * @param turnedOff names that the configuration turns off
 * @throws CodexError `plugin.record`
 */
export async function listPlugins(host: PluginHost, turnedOff: ReadonlySet<string>): Promise<readonly ListedPlugin[]> {
  const { dataDir } = host.places
  const [recorded, lockfile, read] = [
    await readRecord(host, dataDir),
    await readPluginLockfile(dataDir),
    await readUserPlugins(dataDir),
  ]
  const off = (name: string, problem?: string) => {
    const reason = turnedOff.has(name) ? 'turned off in the configuration' : problem
    return reason === undefined ? ({ status: 'on' } as const) : ({ status: 'off', reason } as const)
  }
  const builtins = (await host.builtins()).map(
    ({ name, version }): ListedPlugin => ({ name, version, type: 'built-in', source: 'codex-kernel', ...off(name) }),
  )
  const others = recorded.map((plugin): ListedPlugin => {
    const { name } = plugin
    const manifest = read.manifests.find((each) => each.root === rootOf(plugin, dataDir))
    const [problem] = read.disabled.find((each) => each.name === name)?.diagnostics ?? []
    const reason = manifest ? undefined : (problem?.message ?? 'it is no plugin of this program')
    return {
      name,
      version: manifest?.version ?? lockedPlugin(lockfile, name)?.version ?? '',
      type: plugin.type === 'link' ? 'linked' : 'installed',
      source: sourceOf(plugin, lockedPlugin(lockfile, name)?.source),
      ...off(name, reason),
    }
  })
  return [...builtins, ...others]
}

/** What an installed or linked plugin brings; undefined where none has that name. @throws CodexError `plugin.invalid`, `plugin.record` */
export async function inspectInstalled(
  name: string,
  host: PluginHost,
): Promise<
  { readonly inspection: Inspection; readonly type: string; readonly source: string; readonly root: string } | undefined
> {
  const { dataDir } = host.places
  const plugin = (await readRecord(host, dataDir)).find((each) => each.name === name)
  if (!plugin) return undefined
  const root = rootOf(plugin, dataDir)
  const packages = plugin.type === 'link' ? new Map() : await readInstalledPackages(dataDir)
  const inspection = await inspectPlugin(root, packages)
  const locked = lockedPlugin(await readPluginLockfile(dataDir), name)
  return {
    inspection,
    type: plugin.type === 'link' ? 'linked' : 'installed',
    source: sourceOf(plugin, locked?.source),
    root,
  }
}

/** Whether plugins are as they were agreed to. @param name only this one @throws CodexError `plugin.not_installed`, `plugin.record` */
export async function verifyPlugins(
  host: PluginHost,
  name: string | undefined,
): Promise<{ readonly plugins: readonly PluginVerdict[]; readonly strays: readonly FileDifference[] }> {
  const { dataDir } = host.places
  const recorded = await readRecord(host, dataDir)
  const lockfile = await readPluginLockfile(dataDir)
  const wanted = name === undefined ? recorded : recorded.filter((each) => each.name === name)
  if (name !== undefined && wanted.length === 0)
    throw notInstalled(
      name,
      recorded.map((each) => each.name),
    )
  const plugins: PluginVerdict[] = []
  for (const plugin of wanted) {
    const locked = lockedPlugin(lockfile, plugin.name)
    const common = { name: plugin.name, version: locked?.version ?? '' }
    if (plugin.type === 'link') plugins.push({ ...common, status: 'linked', differences: [] })
    else if (!locked || locked.type === 'linked') plugins.push({ ...common, status: 'unlocked', differences: [] })
    else {
      const differences = await differencesOf(dataDir, plugin.name, locked)
      plugins.push({ ...common, status: differences.length > 0 ? 'altered' : 'intact', differences })
    }
  }
  // What was installed by other means cannot be told from what was put there.
  const isComplete = name === undefined && !plugins.some(({ status }) => status === 'unlocked')
  return { plugins, strays: isComplete ? await strayPackages(dataDir, lockfile) : [] }
}

function rootOf(plugin: RecordedPlugin, dataDir: string): string {
  return plugin.type === 'link' ? plugin.root : join(dataDir, 'node_modules', plugin.name)
}

function sourceOf(plugin: RecordedPlugin, locked: string | undefined): string {
  if (plugin.type === 'link') return plugin.root
  return locked ?? plugin.url ?? (plugin.tag === undefined ? plugin.name : `${plugin.name}@${plugin.tag}`)
}
