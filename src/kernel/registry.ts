import { filePoints, modulePoints } from '../plugin-api/extension-points.ts'
import type { Contributions, Diagnostic, ExtensionEntry, FilePoint, ModulePoint } from '../plugin-api/index.ts'
import type { PluginManifest } from './plugin-manifest.ts'

/** A module that a plugin contributes, not yet imported. */
export interface ModuleContribution<Point extends ModulePoint = ModulePoint> {
  readonly point: Point
  readonly id: string
  readonly plugin: PluginManifest
  readonly entry: Contributions[Point][number]
}

export interface HookContribution {
  readonly plugin: PluginManifest
  readonly entry: Contributions['hooks'][number]
}

/** Files that a plugin contributes: globs below its root. */
export interface FileContribution {
  readonly point: FilePoint
  readonly plugin: PluginManifest
  readonly glob: string
}

/** Who contributes what: immutable, made from manifests alone. */
export interface Registry {
  readonly plugins: readonly PluginManifest[]
  /** The active contribution of each id, in the order of the plugins. */
  modules<Point extends ModulePoint>(point: Point): readonly ModuleContribution<Point>[]
  readonly hooks: readonly HookContribution[]
  files(point: FilePoint): readonly FileContribution[]
  readonly diagnostics: readonly Diagnostic[]
  /** Everything, also what is shadowed or off, for `codex extensions`. */
  readonly entries: readonly ExtensionEntry[]
}

/**
 * Puts the contributions of all plugins in one table. An installed plugin's id shadows a built-in one, visibly; a second
 * of the same id in one layer is off, with a diagnostic.
 *
 * @param manifests built-in plugins first
 * @param options plugins that the configuration turns off, by name, and the platform to choose sandboxes for
 */
export function createRegistry(
  manifests: readonly PluginManifest[],
  options: { readonly disabledPlugins: ReadonlySet<string>; readonly platform: string },
): Registry {
  const diagnostics: Diagnostic[] = []
  const entries: ExtensionEntry[] = []
  const enabled = manifests.filter((plugin) => !options.disabledPlugins.has(plugin.name))
  const modules = new Map<ModulePoint, Map<string, ModuleContribution>>()

  for (const plugin of manifests) {
    const off = options.disabledPlugins.has(plugin.name) ? 'turned off in the configuration' : undefined
    for (const point of modulePoints) {
      const active = modules.get(point) ?? new Map<string, ModuleContribution>()
      modules.set(point, active)
      for (const entry of plugin.contributes[point]) {
        const reason = off ?? platformReason(entry, options.platform)
        const existing = active.get(entry.id)
        const duplicate = !reason && existing?.plugin.layer === plugin.layer
        if (duplicate) diagnostics.push(duplicateDiagnostic(point, entry.id, existing.plugin, plugin))
        const shown = { point, id: entry.id, plugin: plugin.name, version: plugin.version, source: entry.module }
        if (reason || duplicate) {
          entries.push({
            ...shown,
            shadows: [],
            status: 'disabled',
            reason: reason ?? `${existing?.plugin.name} has the same id`,
          })
          continue
        }
        if (existing) markShadowed(entries, point, existing, plugin)
        active.set(entry.id, { point, id: entry.id, plugin, entry })
        entries.push({ ...shown, shadows: existing ? [`${existing.plugin.name}:${entry.id}`] : [], status: 'active' })
      }
    }
    for (const hook of plugin.contributes.hooks) {
      const shown = {
        point: 'hooks',
        id: hook.event,
        plugin: plugin.name,
        version: plugin.version,
        source: hook.module,
      }
      entries.push({ ...shown, shadows: [], ...(off ? { status: 'disabled', reason: off } : { status: 'active' }) })
    }
    for (const point of filePoints) {
      for (const glob of plugin.contributes[point]) {
        const shown = { point, id: glob, plugin: plugin.name, version: plugin.version, source: glob }
        entries.push({ ...shown, shadows: [], ...(off ? { status: 'disabled', reason: off } : { status: 'active' }) })
      }
    }
  }
  return Object.freeze({
    plugins: enabled,
    modules: <Point extends ModulePoint>(point: Point) =>
      [...(modules.get(point)?.values() ?? [])] as unknown as readonly ModuleContribution<Point>[], // filled by point above
    hooks: enabled.flatMap((plugin) => plugin.contributes.hooks.map((entry) => ({ plugin, entry }))),
    files: (point: FilePoint) =>
      enabled.flatMap((plugin) => plugin.contributes[point].map((glob) => ({ point, plugin, glob }))),
    diagnostics,
    entries,
  })
}

function platformReason(entry: object, platform: string): string | undefined {
  if (!('platforms' in entry) || !Array.isArray(entry.platforms)) return undefined
  if (entry.platforms.length === 0 || entry.platforms.includes(platform)) return undefined
  return `only for ${entry.platforms.join(', ')}; this is ${platform}`
}

function duplicateDiagnostic(point: string, id: string, first: PluginManifest, second: PluginManifest): Diagnostic {
  return {
    severity: 'error',
    code: 'plugin.duplicate_id',
    message: `${second.name} and ${first.name} both contribute "${id}" to ${point}; the one of ${first.name} stays`,
    file: `${second.root}/package.json`,
    field: `codex.contributes.${point}`,
    hint: `Uninstall one of them, or set [plugins."${second.name}"] enabled = false.`,
  }
}

function markShadowed(
  entries: ExtensionEntry[],
  point: ModulePoint,
  existing: ModuleContribution,
  by: PluginManifest,
): void {
  const index = entries.findIndex(
    ({ status, ...entry }) => status === 'active' && entry.point === point && entry.id === existing.id,
  )
  const entry = entries[index]
  if (entry) entries[index] = { ...entry, status: 'shadowed', reason: `shadowed by ${by.name}` }
}
