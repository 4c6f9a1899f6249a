import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { ConfigLayer } from './config-layer.ts'
import type { WrongValue } from './layer-problems.ts'
import { sourceExcerpt } from './source-excerpt.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable } from './table.ts'

/** Provider ids that no configuration may define. */
const reservedProviderIds = ['openai', 'playbook', 'ollama', 'lmstudio']

type Path = readonly (string | number)[]

/** Layers that the schema of this very program found nothing in, by their text: making the schema costs more than all else of a start. */
export interface CheckedLayers {
  isGood(text: string): boolean
  markGood(text: string): void
}

/**
 * Checks what one layer says, key by key. Unknown keys are kept and warned of, with their place and the nearest known name.
 * @throws CodexError `config.invalid` for a value of the wrong type, a built-in provider's id and `profile`, and, where `strict`, for an unknown key
 */
export async function checkLayer(
  layer: ConfigLayer,
  { strict, checked }: { readonly strict: boolean; readonly checked?: CheckedLayers | undefined },
): Promise<readonly Diagnostic[]> {
  const text = checked && JSON.stringify(layer.table)
  const isGood = Object.keys(layer.table).length === 0 || (text !== undefined && checked?.isGood(text))
  const diagnostics = isGood ? [] : await diagnosticsOf(layer, strict)
  if (text !== undefined && !isGood && diagnostics.length === 0) checked?.markGood(text)
  refuseReserved(layer)
  return layer.name === 'flag' ? [...diagnostics, ...(await mistypedFeatures(layer))] : diagnostics
}

/** The schemas are imported where they are asked: with what makes them they are a twentieth of a start. @throws CodexError `config.invalid` */
async function diagnosticsOf(layer: ConfigLayer, strict: boolean): Promise<readonly Diagnostic[]> {
  const { layerProblems, nearestKey, unknownKey, fieldHint } = await import('./layer-problems.ts')
  const { unknown, wrong } = layerProblems(layer.table)
  const [first] = wrong
  if (first) throw invalid(layer, first, wrong.length - 1, fieldHint(first.path))
  refuseReserved(layer)
  const diagnostics = await Promise.all(unknown.map((path) => unknownKey(layer, path)))
  const [firstUnknown] = unknown
  if (strict && firstUnknown) {
    throw failure(layer, firstUnknown, `unknown configuration field \`${tomlKey(firstUnknown)}\``, diagnostics[0]?.hint)
  }
  for (const path of unknown) {
    if (path[0] !== 'model_providers' || (await nearestKey(path)) !== 'base_url') continue
    const message = `unknown configuration field \`${tomlKey(path)}\`: without base_url the key would go to the provider's own server`
    throw failure(layer, path, message, 'Did you mean base_url?')
  }
  return diagnostics
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

/** The known name that differs least, if it is near. */
export async function nearestName(name: string, known: readonly string[]): Promise<string | undefined> {
  const { nearestNames } = await import('../kernel/nearest-names.ts')
  return nearestNames(name, known)[0]
}

function invalid(layer: ConfigLayer, { path, problem }: WrongValue, others: number, fieldHint: string): CodexError {
  const more = others > 0 ? ` (and ${others} more)` : ''
  return failure(layer, path, `${tomlKey(path)}: ${problem}${more}`, `Correct the value, or remove it.${fieldHint}`)
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
export function layerLabel(layer: ConfigLayer): string {
  const labels: Partial<Record<ConfigLayer['name'], string>> = {
    environment: 'environment: ',
    override: '-c ',
    flag: 'flags: ',
  }
  return labels[layer.name] ?? ''
}
