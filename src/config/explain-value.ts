import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { type ConfigLayer, type ConfigLayerName, mergeLayers } from './config-layer.ts'
import { type FieldFacts, fieldFacts } from './field-facts.ts'
import type { LoadedConfig } from './load-config.ts'
import { redactConfigValue } from './redact-config-value.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable, valueAt } from './table.ts'
import { isWithoutEffect } from './without-effect.ts'

/** What one layer says of a key. Secrets are redacted. */
export interface SaidValue {
  readonly value: unknown
  readonly layer: ConfigLayerName
  /** Where: a file with its place, a variable, `-c`, or a flag; absent for the defaults. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly by?: string
}

/** Everything that is known of one key. */
export interface ValueExplanation {
  readonly key: string
  /** Absent where no layer says one. */
  readonly said?: SaidValue
  /** What the lower layers said, the highest first. */
  readonly overrode: readonly SaidValue[]
  /** What the schema says; absent for a key that it does not know. */
  readonly field?: FieldFacts
  /** False for a key that nothing reads in this version. */
  readonly hasEffect: boolean
  /** What else bears on it: a repository that says it and may not. */
  readonly notes: readonly string[]
}

/** Which layer says the value of a key, what it overrode, and what the schema says of it. Tables are explained as their keys: see `leafPaths`. */
export function explainValue(
  path: readonly string[],
  { layers, diagnostics }: Pick<LoadedConfig, 'layers' | 'diagnostics'>,
): ValueExplanation {
  const said = layers.flatMap((layer) => saidBy(layer, path)).toReversed()
  const [first, ...overrode] = said
  const field = fieldFacts(path)
  return {
    key: tomlKey(path),
    ...(first && { said: first }),
    overrode,
    ...(field && { field }),
    hasEffect: !isWithoutEffect(path),
    notes: diagnostics.filter((each) => isAbout(each, path)).map(noteOf),
  }
}

/** The paths of all values under a path that are no tables; a table that is empty counts as one. */
export function leafPaths(
  path: readonly string[],
  { layers }: Pick<LoadedConfig, 'layers'>,
): readonly (readonly string[])[] {
  const leaves = (value: unknown, at: readonly string[]): readonly (readonly string[])[] =>
    isTable(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...at, key]))
      : [at]
  const value = valueAt(mergeLayers(layers), path)
  return value === undefined ? [] : leaves(value, path)
}

/** The file and place, variable, option or flag where a layer says a key; empty for the defaults. */
export function sourceOf(layer: ConfigLayer, path: readonly string[]): Omit<SaidValue, 'value' | 'layer'> {
  if (layer.source) return { file: layer.source.file, ...(layer.source.locate(path) ?? {}) }
  const names: Partial<Record<ConfigLayerName, string>> = {
    environment: variables[tomlKey(path)] ?? 'the environment',
    override: '-c',
    flag: flags[tomlKey(path)] ?? 'a flag',
  }
  const by = names[layer.name]
  return by === undefined ? {} : { by }
}

const variables: Readonly<Record<string, string>> = {
  'agents.enabled': 'CODEX_DISABLE_AGENTS',
  openai_base_url: 'OPENAI_BASE_URL',
  openai_organization: 'OPENAI_ORGANIZATION',
  openai_project: 'OPENAI_PROJECT',
}

const flags: Readonly<Record<string, string>> = {
  model: '--model',
  sandbox_mode: '--sandbox',
  security_profile: '--security-profile',
}

function saidBy(layer: ConfigLayer, path: readonly string[]): readonly SaidValue[] {
  const value = valueAt(layer.table, path)
  if (value === undefined) return []
  return [{ value: redactConfigValue(path, value), layer: layer.name, ...sourceOf(layer, path) }]
}

function isAbout({ field, code }: Diagnostic, path: readonly string[]): boolean {
  const key = tomlKey(path)
  return code.startsWith('config.') && field !== undefined && (field === key || key.startsWith(`${field}.`))
}

function noteOf({ message, file, line }: Diagnostic): string {
  return file === undefined ? message : `${message} (${file}${line === undefined ? '' : `:${line}`})`
}
