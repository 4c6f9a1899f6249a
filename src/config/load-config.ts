import { join } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { ConfigEntry } from '../plugin-api/kernel-client.ts'
import { type CheckedLayers, checkLayer, failure } from './check-layer.ts'
import type { Env } from './codex-home.ts'
import { configEntries } from './config-entries.ts'
import { type ConfigLayer, type ConfigLayerName, mergeLayers } from './config-layer.ts'
import { defaultConfig } from './defaults.ts'
import { environmentLayer } from './environment-layer.ts'
import { fileLayer } from './file-layer.ts'
import { overrideLayer } from './parse-override.ts'
import { profileLayerFile } from './profile-file.ts'
import { configsInForce, findProjectConfigs, projectLayers } from './project-layers.ts'
import type { Config, ConfigFile } from './schema.ts'
import { serverWarnings } from './server-warnings.ts'
import { mergeTables, valueAt } from './table.ts'
import { type TrustLevel, trustOf } from './trust.ts'
import { findWorkspace, type Workspace } from './workspace.ts'

export interface LoadConfigOptions {
  /** As `codexHome` gives it; need not exist. */
  readonly codexHome: string
  readonly cwd: string
  readonly env: Env
  /** `-c KEY=VALUE` arguments, in order. */
  readonly overrides: readonly string[]
  /** What dedicated flags say: the highest layer. Undefined values count as absent. */
  readonly flags: ConfigFile
  /** `-p NAME`: `$CODEX_HOME/NAME.config.toml` is a layer if it is there. */
  readonly profile?: string
  /** Unknown keys are errors. */
  readonly strict: boolean
  /** What is broken is among the diagnostics, as an error, and counts as empty: for those who only look. Default false. */
  readonly lenient?: boolean
  /** config.toml and kernel.toml are not read; nothing is trusted then but by `-c` and flags. */
  readonly ignoreUserConfig?: boolean
  /** Absent: each file is checked. */
  readonly checked?: CheckedLayers
}

export interface LoadedConfig {
  readonly config: Config
  /** Each effective value and the layer that said it, by key; secrets redacted. */
  readonly entries: readonly ConfigEntry[]
  readonly diagnostics: readonly Diagnostic[]
  /** What each layer says, from lowest to highest: for those who must know what the user says without the repository. */
  readonly layers: readonly ConfigLayer[]
  readonly workspace: Workspace
  readonly trust: TrustLevel
  readonly profileLayerFound: boolean
}

/**
 * Reads all layers of the configuration (docs/configuration.md) and joins them.
 * @throws CodexError `config.unreadable`, `config.invalid`, `config.override`; `usage.arguments` for a profile name that is a path
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { codexHome, profile } = options
  const overrides = overrideLayer(options.overrides)
  const broken: Diagnostic[] = []
  const tolerate = options.lenient ? (error: unknown) => void broken.push(diagnosticOf(error)) : undefined
  const readLayer = (name: ConfigLayerName, file: string) => orTolerated(fileLayer(name, file), tolerate)
  const layerFile = profile === undefined ? undefined : profileLayerFile(codexHome, profile)
  const [user, kernel, profileLayer] = await Promise.all([
    options.ignoreUserConfig ? undefined : readLayer('user', join(codexHome, 'config.toml')),
    options.ignoreUserConfig ? undefined : readLayer('kernel', join(codexHome, 'kernel.toml')),
    layerFile === undefined ? undefined : readLayer('profile', layerFile),
  ])
  const below: readonly ConfigLayer[] = [
    { name: 'default', table: defaultConfig },
    ...[user, kernel, profileLayer].filter((layer) => layer !== undefined),
  ]
  const above: readonly ConfigLayer[] = [
    environmentLayer(options.env),
    overrides,
    { name: 'flag', table: mergeTables({}, options.flags) },
  ]
  if (profile !== undefined) await orTolerated(refuseLegacyProfile(profile, below), tolerate)
  const check = (layer: ConfigLayer) => checkedLayer(layer, options, tolerate)
  const checked = await Promise.all([...below.slice(1), ...above].map(check))
  const isSound = (layer: ConfigLayer) => layer.name === 'default' || checked.some((each) => each.layer === layer)
  const [soundBelow, soundAbove] = [below.filter(isSound), above.filter(isSound)]

  const workspace = await findWorkspace(options.cwd, markersOf([...soundBelow, ...soundAbove]))
  const trust = await trustOf(workspace.root, [...soundBelow, ...soundAbove])
  const files = await findProjectConfigs(workspace.root, workspace.cwd, codexHome)
  const untrusted = { layers: [], diagnostics: files.map(untrustedFile) }
  const trusted = async () =>
    projectLayers(workspace.root, files, await configsInForce(workspace.root, files, codexHome))
  const project = (trust === 'trusted' ? await orTolerated(trusted(), tolerate) : untrusted) ?? noLayers
  const checkedProject = await Promise.all(project.layers.map(check))

  const layers = [...soundBelow, ...checkedProject.flatMap(({ layer }) => layer ?? []), ...soundAbove]
  await orTolerated(refuseUnchosenPermissions(layers), tolerate)
  const found = [...checked, ...checkedProject].flatMap((each) => each.found)
  return {
    // Each layer has been checked against the schema, and the defaults fill what Config says is there.
    config: mergeLayers(layers) as unknown as Config,
    // Few commands ask for it, and it costs a millisecond.
    get entries() {
      return configEntries(layers)
    },
    diagnostics: [...broken, ...found, ...serverWarnings(layers, found), ...project.diagnostics],
    layers,
    workspace,
    trust,
    profileLayerFound: profileLayer !== undefined,
  }
}

const noLayers = { layers: [], diagnostics: [] } as const

/** What `work` gives; where it fails and that is tolerated, undefined. */
async function orTolerated<Result>(
  work: Promise<Result>,
  tolerate: ((error: unknown) => void) | undefined,
): Promise<Result | undefined> {
  if (!tolerate) return await work
  return await work.catch((error: unknown) => {
    tolerate(error)
    return undefined
  })
}

interface CheckedLayer {
  /** Absent: it is broken, and that is tolerated. */
  readonly layer?: ConfigLayer
  readonly found: readonly Diagnostic[]
}

async function checkedLayer(
  layer: ConfigLayer,
  options: LoadConfigOptions,
  tolerate: ((error: unknown) => void) | undefined,
): Promise<CheckedLayer> {
  const found = await orTolerated(checkLayer(layer, options), tolerate)
  return found ? { layer, found } : { found: [] }
}

/** @throws what is no error in a file */
function diagnosticOf(error: unknown): Diagnostic {
  if (!isCodexError(error)) throw error
  const { code, message, hint, location } = error
  return { severity: 'error', code, message, ...(hint !== undefined && { hint }), ...location }
}

async function refuseLegacyProfile(profile: string, layers: readonly ConfigLayer[]): Promise<void> {
  const layer = layers.find(({ table }) => valueAt(table, ['profiles', profile]) !== undefined)
  if (!layer) return
  throw failure(
    layer,
    ['profiles', profile],
    `--profile \`${profile}\` cannot be used while the file contains legacy \`[profiles.${profile}]\``,
    `Move that table's settings into $CODEX_HOME/${profile}.config.toml.`,
  )
}

async function refuseUnchosenPermissions(layers: readonly ConfigLayer[]): Promise<void> {
  const layer = layers.find(({ table }) => table.permissions !== undefined)
  if (!layer || layers.some(({ table }) => table.default_permissions !== undefined)) return
  throw failure(
    layer,
    ['permissions'],
    '[permissions] tables need default_permissions',
    'Name the table that applies: default_permissions = "NAME".',
  )
}

function markersOf(layers: readonly ConfigLayer[]): readonly string[] {
  const markers = mergeLayers(layers).project_root_markers
  return Array.isArray(markers) ? markers.map(String) : []
}

function untrustedFile(file: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'config.untrusted',
    message: 'Untrusted project-local configuration is disabled',
    file,
    hint: 'Read it; to use it, run codex trust in the repository.',
  }
}
