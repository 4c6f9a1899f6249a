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

/** What is in force after a change of one file. */
export interface AfterChange {
  /** Values of the file that a higher layer hides. */
  readonly hidden: readonly ValueExplanation[]
  /** The key, or every value of a table. */
  readonly inForce: readonly ValueExplanation[]
  /** What stops the configuration from loading, and what else bears on the key. */
  readonly notes: readonly string[]
}

/** What is in force now for what a file has just been told. */
export async function afterChange(
  options: LoadConfigOptions,
  file: string,
  path: readonly string[],
): Promise<AfterChange> {
  const read = await readConfig(options)
  if ('problem' in read) {
    return { hidden: [], inForce: [], notes: [`The configuration does not load: ${formatDiagnostic(read.problem)}`] }
  }
  const { loaded } = read
  const own = loaded.layers.filter(({ source }) => source?.file === file)
  const hidden = leafPaths(path, { layers: own })
    .map((leaf) => explainValue(leaf, loaded))
    .filter(({ said }) => said?.file !== file)
  const inForce = leafPaths(path, loaded).map((leaf) => explainValue(leaf, loaded))
  return { hidden, inForce, notes: explainValue(path, loaded).notes }
}

/** The workspace, also where the configuration does not load. */
export async function workspaceOf(read: ReadConfig, cwd: string) {
  return 'loaded' in read ? read.loaded.workspace : await findWorkspace(cwd, read.markers)
}
