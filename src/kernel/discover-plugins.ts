import { access, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Diagnostic, modulePoints } from '../plugin-api/index.ts'
import { type ManifestResult, type PluginManifest, readPluginManifest } from './plugin-manifest.ts'

export interface DiscoveredPlugins {
  readonly manifests: readonly PluginManifest[]
  /** Installed plugins that are off, and why. */
  readonly disabled: readonly { readonly name: string; readonly file: string; readonly reason: string }[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The plugins that come with the program, from the file that the build merged their manifests into. */
export async function readFirstPartyPlugins(packageRoot: string): Promise<DiscoveredPlugins> {
  const merged: unknown = JSON.parse(await readFile(join(packageRoot, 'dist', 'plugins.json'), 'utf8'))
  const entries = merged as readonly { readonly folder: string; readonly packageJson: unknown }[] // written by mergeManifests
  return collect(
    entries.map(({ folder, packageJson }) => {
      const root = join(packageRoot, 'plugins', folder)
      return readPluginManifest(packageJson, { file: join(root, 'package.json'), root, layer: 'builtin' })
    }),
  )
}

/** What the build writes into `dist/plugins.json`: the fields of every first-party package.json that the kernel reads. */
export async function mergeManifests(packageRoot: string): Promise<readonly object[]> {
  const folders = (await readdir(join(packageRoot, 'plugins'))).sort()
  return await Promise.all(
    folders.map(async (folder) => {
      const text = await readFile(join(packageRoot, 'plugins', folder, 'package.json'), 'utf8')
      const { name, version, codex } = JSON.parse(text)
      return { folder, packageJson: { name, version, codex } }
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
  return { ...collect(results), disabled }
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

function collect(results: readonly ManifestResult[]): DiscoveredPlugins {
  return {
    manifests: results.flatMap((result) => result.manifest ?? []),
    disabled: [],
    diagnostics: results.flatMap((result) => result.diagnostics),
  }
}

function broken(file: string, message: string): Diagnostic {
  return { severity: 'error', code: 'plugin.unreadable', message, file, hint: 'Reinstall or uninstall the plugin.' }
}
