import { access, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Diagnostic, formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { modulePoints } from '../plugin-api/extension-points.ts'
import type { ManifestResult, PluginManifest } from './plugin-manifest.ts'

export interface DiscoveredPlugins {
  readonly manifests: readonly PluginManifest[]
  /** Installed plugins that are off, and why. */
  readonly disabled: readonly { readonly name: string; readonly file: string; readonly reason: string }[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A first-party plugin as the build leaves it: checked, so that no start has to. */
export interface BuiltPlugin extends Pick<PluginManifest, 'name' | 'version' | 'contributes' | 'toolSpecs'> {
  /** Its folder in `plugins/`. */
  readonly folder: string
}

/** The plugins that come with the program, from the file that the build merged their manifests into. */
export async function readFirstPartyPlugins(packageRoot: string): Promise<readonly PluginManifest[]> {
  const text = await readFile(join(packageRoot, 'dist', 'plugins.json'), 'utf8')
  const plugins: readonly BuiltPlugin[] = JSON.parse(text) // written by the build
  return builtinManifests(plugins, packageRoot)
}

/** The manifests of first-party plugins, in the folders of this package. */
export function builtinManifests(plugins: readonly BuiltPlugin[], packageRoot: string): readonly PluginManifest[] {
  return plugins.map(({ folder, ...manifest }) => ({
    ...manifest,
    root: join(packageRoot, 'plugins', folder),
    layer: 'builtin',
  }))
}

/** What the build writes into `dist/plugins.json`, without the tools' specs. @throws Error where a manifest has any diagnostic */
export async function checkFirstPartyPlugins(packageRoot: string): Promise<readonly BuiltPlugin[]> {
  const { readPluginManifest } = await import('./plugin-manifest.ts')
  const folders = (await readdir(join(packageRoot, 'plugins'))).sort()
  return await Promise.all(
    folders.map(async (folder) => {
      const root = join(packageRoot, 'plugins', folder)
      const file = join(root, 'package.json')
      const packageJson: unknown = JSON.parse(await readFile(file, 'utf8'))
      const { manifest, diagnostics } = readPluginManifest(packageJson, { file, root, layer: 'builtin' })
      if (!manifest || diagnostics.length > 0) {
        throw new Error([`${file} is not the manifest of a plugin`, ...diagnostics.map(formatDiagnostic)].join('\n'))
      }
      const { name, version, contributes } = manifest
      return { folder, name, version, contributes }
    }),
  )
}

/**
 * The plugins that the user installed or linked, as `@oclif/plugin-plugins` records them in its data directory.
 *
 * @param dataDir oclif's data directory, `$CODEX_HOME/oclif`; it need not exist
 */
export async function readUserPlugins(dataDir: string): Promise<DiscoveredPlugins> {
  const file = join(dataDir, 'package.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return { manifests: [], disabled: [], diagnostics: [] }
  let recorded: RecordedPlugins
  try {
    recorded = JSON.parse(text) // oclif's own file; only the fields below are read
  } catch (error) {
    const diagnostic = broken(file, `The list of installed plugins is not JSON: ${String(error)}`)
    return { manifests: [], disabled: [], diagnostics: [diagnostic] }
  }
  const { readPluginManifest } = await import('./plugin-manifest.ts')
  const results = await Promise.all(
    (recorded.oclif?.plugins ?? []).map(async (plugin): Promise<ManifestResult & { readonly name: string }> => {
      const { name } = plugin
      const root =
        plugin.type === 'link' && plugin.root ? resolve(plugin.root) : join(dataDir, 'node_modules', plugin.name)
      const manifestFile = join(root, 'package.json')
      try {
        const packageJson: unknown = JSON.parse(await readFile(manifestFile, 'utf8'))
        const result = readPluginManifest(packageJson, { file: manifestFile, root, layer: 'plugin' })
        return { name, ...(await withModules(result, manifestFile)) }
      } catch (error) {
        return { name, diagnostics: [broken(manifestFile, `Plugin ${name} cannot be read: ${String(error)}`)] }
      }
    }),
  )
  const disabled = results.flatMap(({ name, manifest, diagnostics: [first] }) =>
    manifest || !first ? [] : [{ name, file: first.file ?? '', reason: first.message }],
  )
  return {
    manifests: results.flatMap((result) => result.manifest ?? []),
    disabled,
    diagnostics: results.flatMap((result) => result.diagnostics),
  }
}

/** The plugin, or why it is off: each module that it names has to be there. */
async function withModules(result: ManifestResult, file: string): Promise<ManifestResult> {
  const { manifest } = result
  if (!manifest) return result
  const { contributes } = manifest
  const named = [...modulePoints, 'hooks' as const].flatMap((point) =>
    contributes[point].map((entry, index) => ({ module: entry.module, field: `codex.contributes.${point}.${index}` })),
  )
  const checked = await Promise.all(
    named.map(async ({ module, field }) => {
      const isThere = await access(join(manifest.root, module)).then(
        () => true,
        () => false,
      )
      if (isThere) return []
      return [{ ...broken(file, `Plugin ${manifest.name} has no module ${module}`), code: 'plugin.module', field }]
    }),
  )
  const missing = checked.flat()
  return missing.length === 0 ? result : { diagnostics: [...missing, ...result.diagnostics] }
}

interface RecordedPlugins {
  readonly oclif?: {
    readonly plugins?: readonly { readonly name: string; readonly type: string; readonly root?: string }[]
  }
}

function broken(file: string, message: string): Diagnostic {
  return { severity: 'error', code: 'plugin.unreadable', message, file, hint: 'Reinstall or uninstall the plugin.' }
}
