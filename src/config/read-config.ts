import { type Diagnostic, formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { defaultConfig } from './defaults.ts'
import { explainValue, leafPaths, type ValueExplanation } from './explain-value.ts'
import { type LoadConfigOptions, type LoadedConfig, loadConfig } from './load-config.ts'
import { diagnosticOf } from './validate-file.ts'
import { findWorkspace } from './workspace.ts'

/** The configuration, or why it does not load and what is known all the same. */
export type ReadConfig =
  | { readonly loaded: LoadedConfig; readonly markers: readonly string[] }
  | { readonly problem: Diagnostic; readonly markers: readonly string[] }

/** Reads the configuration; one that does not load is a value. */
export async function readConfig(options: LoadConfigOptions): Promise<ReadConfig> {
  try {
    const loaded = await loadConfig(options)
    return { loaded, markers: loaded.config.project_root_markers }
  } catch (error) {
    return { problem: diagnosticOf(error), markers: defaultConfig.project_root_markers }
  }
}

/** What is in force now for what a file has just been told: the values that a higher layer hides, and what stops the configuration from loading. */
export async function afterChange(
  options: LoadConfigOptions,
  file: string,
  path: readonly string[],
): Promise<{
  readonly hidden: readonly ValueExplanation[]
  readonly inForce?: ValueExplanation
  readonly notes: readonly string[]
}> {
  const read = await readConfig(options)
  if ('problem' in read) {
    return { hidden: [], notes: [`The configuration does not load: ${formatDiagnostic(read.problem)}`] }
  }
  const { loaded } = read
  const own = loaded.layers.filter(({ source }) => source?.file === file)
  const hidden = leafPaths(path, { layers: own })
    .map((leaf) => explainValue(leaf, loaded))
    .filter(({ said }) => said?.file !== file)
  const inForce = explainValue(path, loaded)
  return { hidden, notes: inForce.notes, ...(inForce.said && { inForce }) }
}

/** The workspace, also where the configuration does not load. */
export async function workspaceOf(read: ReadConfig, cwd: string) {
  return 'loaded' in read ? read.loaded.workspace : await findWorkspace(cwd, read.markers)
}
