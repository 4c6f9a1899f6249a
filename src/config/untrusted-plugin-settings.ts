import { mergeLayers } from './config-layer.ts'
import { findProjectConfigs, projectLayers } from './project-layers.ts'
import { isTable, ownValue } from './table.ts'

/**
 * The table `[plugins.NAME]` as the configuration of a repository has it, whether anybody trusts the repository: to be counted and shown, never
 * obeyed unasked. Empty where there is none, or where a file does not load.
 */
export async function untrustedPluginSettings(
  plugin: string,
  places: { readonly root: string; readonly cwd: string; readonly codexHome: string },
): Promise<Readonly<Record<string, unknown>>> {
  const files = await findProjectConfigs(places.root, places.cwd, places.codexHome)
  const layers = await projectLayers(places.root, files, () => true).then(
    (read) => read.layers,
    () => [],
  )
  const { plugins } = mergeLayers(layers)
  const table = isTable(plugins) ? ownValue(plugins, plugin) : undefined
  return isTable(table) ? table : {}
}
