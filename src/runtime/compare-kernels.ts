import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { PluginManifest } from '../kernel/plugin-manifest.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ReloadChange } from '../plugin-api/kernel-client.ts'
import type { Kernel } from './load-kernel.ts'

/** What became of the configuration and of the plugins: a change for each key, for each plugin, and for each file that broke or was mended. */
export function compareKernels(before: Kernel, after: Kernel): readonly ReloadChange[] {
  if (before === after) return []
  return [...compareConfig(before, after), ...comparePlugins(before, after), ...compareProblems(before, after)]
}

function compareConfig(before: Kernel, after: Kernel): readonly ReloadChange[] {
  if (before.loaded === after.loaded) return []
  const of = (change: ReloadChange['change'], id: string, file?: string): ReloadChange => ({
    ...{ change, kind: 'configuration', id, shadows: [], problems: [] },
    ...(file !== undefined && { file }),
  })
  const old = new Map(before.loaded.entries.map((entry) => [entry.key, entry]))
  const now = new Map(after.loaded.entries.map((entry) => [entry.key, entry]))
  const set = [...now.values()].flatMap((entry) => {
    const last = old.get(entry.key)
    if (last && isDeepStrictEqual(last, entry)) return []
    return [of(last ? 'changed' : 'added', entry.key, entry.file)]
  })
  const unset = [...old.values()].flatMap(({ key, file }) => (now.has(key) ? [] : [of('removed', key, file)]))
  const trust =
    before.loaded.trust === after.loaded.trust ? [] : [of('changed', `trust of this workspace: ${after.loaded.trust}`)]
  return [...trust, ...set, ...unset]
}

function comparePlugins(before: Kernel, after: Kernel): readonly ReloadChange[] {
  const of = (change: ReloadChange['change'], { name, root }: PluginManifest): ReloadChange => ({
    ...{ change, kind: 'plugin', id: name, file: `${root}/package.json`, shadows: [], problems: [] },
  })
  const keyOf = ({ name, root }: PluginManifest) => JSON.stringify([name, root])
  const old = new Map(before.registry.plugins.map((plugin) => [keyOf(plugin), plugin]))
  const now = new Map(after.registry.plugins.map((plugin) => [keyOf(plugin), plugin]))
  return [
    ...[...now].flatMap(([key, plugin]) => {
      const last = old.get(key)
      if (!last) return [of('added', plugin)]
      return isDeepStrictEqual(last, plugin) ? [] : [of('changed', plugin)]
    }),
    ...[...old].flatMap(([key, plugin]) => (now.has(key) ? [] : [of('removed', plugin)])),
  ]
}

function compareProblems(before: Kernel, after: Kernel): readonly ReloadChange[] {
  const old = before.diagnostics.filter(isBreaking)
  const now = after.diagnostics.filter(isBreaking)
  const broken = now
    .filter((found) => !old.some((last) => isDeepStrictEqual(last, found)))
    .map((found) => changeOf('broken', found, [found]))
  const mended = old
    .filter((last) => !now.some(({ file }) => file === last.file))
    .map((last) => changeOf('mended', last, []))
  return [...broken, ...mended]
}

function changeOf(change: ReloadChange['change'], about: Diagnostic, problems: readonly Diagnostic[]): ReloadChange {
  const kind = about.code.startsWith('config.') ? 'configuration' : 'plugin'
  const id = about.file === undefined ? about.code : basename(about.file)
  return { change, kind, id, shadows: [], problems, ...(about.file !== undefined && { file: about.file }) }
}

function isBreaking({ severity, lastGood }: Diagnostic): boolean {
  return severity === 'error' || lastGood === true
}
