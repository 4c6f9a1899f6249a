import { glob, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { PluginManifest } from './plugin-manifest.ts'

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
  const folders: string[] = []
  for await (const file of glob('plugins/*/package.json', { cwd: packageRoot })) folders.push(basename(dirname(file)))
  folders.sort()
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
