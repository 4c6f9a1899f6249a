import type { z } from 'zod'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { ConfigLayer } from './config-layer.ts'
import { fieldDescription, knownNames } from './field-schema.ts'
import { agentRole } from './schema/agent-fields.ts'
import { configFields, isConfigKey } from './schema.ts'
import { sourceExcerpt } from './source-excerpt.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable } from './table.ts'

/** Provider ids that no configuration may define. */
const reservedProviderIds = ['openai', 'playbook', 'ollama', 'lmstudio']

type Path = readonly (string | number)[]

/** A value that its field does not take. */
export interface WrongValue {
  readonly path: Path
  readonly problem: string
  /** The values that the field takes, where they are a list. */
  readonly values?: readonly string[]
}

/** Layers that the schema of this very program found nothing in, by their text: making the schema costs more than all else of a start. */
export interface CheckedLayers {
  isGood(text: string): boolean
  markGood(text: string): void
}

/** What the schema finds in one layer. */
export interface LayerProblems {
  readonly unknown: readonly Path[]
  readonly wrong: readonly WrongValue[]
}

/**
 * Checks what one layer says, key by key. Unknown keys are kept and warned of, with their place and the nearest known name.
 * @throws CodexError `config.invalid` for a value of the wrong type, a built-in provider's id and `profile`, and, where `strict`, for an unknown key
 */
export async function checkLayer(
  layer: ConfigLayer,
  { strict, checked }: { readonly strict: boolean; readonly checked?: CheckedLayers | undefined },
): Promise<readonly Diagnostic[]> {
  const text = layer.source && checked ? JSON.stringify(layer.table) : undefined
  if (text !== undefined && checked?.isGood(text)) {
    refuseReserved(layer)
    return []
  }
  const { unknown, wrong } = layerProblems(layer.table)
  if (text !== undefined && unknown.length + wrong.length === 0) checked?.markGood(text)
  const first = wrong[0]
  if (first) throw invalid(layer, first, wrong.length - 1)
  refuseReserved(layer)
  const diagnostics = await Promise.all(unknown.map((path) => unknownKey(layer, path)))
  const firstUnknown = unknown[0]
  if (strict && firstUnknown) {
    throw failure(layer, firstUnknown, `unknown configuration field \`${tomlKey(firstUnknown)}\``, diagnostics[0]?.hint)
  }
  return layer.name === 'flag' ? [...diagnostics, ...(await mistypedFeatures(layer))] : diagnostics
}

/** What was just typed to be turned off and stays on. In files there may be features of Codex that are none here. */
async function mistypedFeatures({ table }: ConfigLayer): Promise<readonly Diagnostic[]> {
  if (!isTable(table.features)) return []
  const { knownFeatures } = await import('./known-features.ts')
  const known = knownFeatures.map(({ name }) => name)
  const typed = Object.entries(table.features).filter(([name, value]) => value === false && !known.includes(name))
  const found = typed.map(async ([name]): Promise<readonly Diagnostic[]> => {
    const nearest = await nearestName(name, known)
    if (nearest === undefined) return []
    const message = `--disable ${name} turns nothing off: there is no such feature`
    return [{ severity: 'warning', code: 'config.unknown_key', message, hint: `Did you mean ${nearest}?` }]
  })
  return (await Promise.all(found)).flat()
}

/** Every key of a table that the schema does not know, and every value that it does not take. */
export function layerProblems(table: ConfigLayer['table']): LayerProblems {
  const unknown: Path[] = []
  const wrong: WrongValue[] = []
  for (const [key, value] of Object.entries(table)) {
    if (!isConfigKey(key)) unknown.push([key])
    else collect([key], configFields[key](), value, unknown, wrong)
  }
  checkRoles(table.agents, unknown, wrong)
  return { unknown, wrong }
}

function collect(path: Path, schema: z.ZodType, value: unknown, unknown: Path[], wrong: WrongValue[]): void {
  const issues = schema.safeParse(value, { jitless: true }).error?.issues ?? []
  for (const issue of issues) {
    const here = [...path, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
    if (issue.code === 'unrecognized_keys') unknown.push(...issue.keys.map((key) => [...here, key]))
    else {
      const values = issue.code === 'invalid_value' ? { values: issue.values.map(String) } : {}
      wrong.push({ path: here, problem: issue.message.replace(/^Invalid (?:input|option): /, ''), ...values })
    }
  }
}

/** In `[agents]`, a table that is no setting is a role; anything else that is no setting is unknown. */
function checkRoles(agents: unknown, unknown: Path[], wrong: WrongValue[]): void {
  if (!isTable(agents)) return
  const settings = knownNames(['agents'])
  for (const [name, value] of Object.entries(agents)) {
    if (settings.includes(name)) continue
    if (isTable(value)) collect(['agents', name], agentRole(), value, unknown, wrong)
    else unknown.push(['agents', name])
  }
}

/** @throws CodexError `config.invalid` for a built-in provider's id and for `profile` */
export function refuseReserved(layer: ConfigLayer): void {
  const { model_providers: providers, profile } = layer.table
  const reserved = isTable(providers) ? reservedProviderIds.find((id) => Object.hasOwn(providers, id)) : undefined
  if (reserved) {
    throw failure(
      layer,
      ['model_providers', reserved],
      `model_providers contains reserved built-in provider IDs: \`${reserved}\``,
      'Give the provider another id, and choose it with model_provider; the URL of openai is openai_base_url.',
    )
  }
  if (profile !== undefined) {
    throw failure(
      layer,
      ['profile'],
      `legacy \`profile = ${JSON.stringify(profile)}\` config is no longer supported`,
      `Put the settings into $CODEX_HOME/${String(profile)}.config.toml and call codex with --profile ${String(profile)}.`,
    )
  }
}

/** The diagnostic of an unknown key, with the nearest known one. */
export async function unknownKey(layer: ConfigLayer, path: Path): Promise<Diagnostic> {
  const nearest = await nearestName(String(path.at(-1)), knownNames(path.slice(0, -1)))
  const place = layer.source?.locate(path)
  return {
    severity: 'warning',
    code: 'config.unknown_key',
    message: `${layerLabel(layer)}unknown configuration field \`${tomlKey(path)}\` is ignored`,
    ...(layer.source ? { file: layer.source.file } : {}),
    ...(place ?? {}),
    field: tomlKey(path),
    hint: nearest === undefined ? 'Remove it, if it is no longer wanted.' : `Did you mean ${nearest}?`,
  }
}

/** The known name that differs least, if it is near. */
export async function nearestName(name: string, known: readonly string[]): Promise<string | undefined> {
  const { nearestNames } = await import('../kernel/nearest-names.ts')
  return nearestNames(name, known)[0]
}

function invalid(layer: ConfigLayer, { path, problem }: WrongValue, others: number): CodexError {
  const more = others > 0 ? ` (and ${others} more)` : ''
  return failure(
    layer,
    path,
    `${tomlKey(path)}: ${problem}${more}`,
    `Correct the value, or remove it.${fieldHint(path)}`,
  )
}

/** What a field is for, as the end of a hint; empty where the schema does not say. */
export function fieldHint(path: Path): string {
  const description = fieldDescription(path)
  return description ? ` ${tomlKey(path.slice(-1))}: ${description}` : ''
}

/** A CodexError about one field of a layer, with its place and line where the layer is a file. */
export function failure(layer: ConfigLayer, path: Path, problem: string, hint?: string): CodexError {
  const place = layer.source?.locate(path)
  const excerpt = layer.source && place ? `\n${sourceExcerpt(layer.source.text, place)}` : ''
  return new CodexError('config.invalid', `${layerLabel(layer)}${problem}${excerpt}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(layer.source ? { location: { file: layer.source.file, ...(place ?? {}), field: tomlKey(path) } } : {}),
  })
}

/** Names a layer that has no file to name. */
function layerLabel(layer: ConfigLayer): string {
  const labels: Partial<Record<ConfigLayer['name'], string>> = {
    environment: 'environment: ',
    override: '-c ',
    flag: 'flags: ',
  }
  return labels[layer.name] ?? ''
}
