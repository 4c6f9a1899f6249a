import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { JsonValue } from '../plugin-api/json-value.ts'
import { failure, nearestName, refuseReserved } from './check-layer.ts'
import type { ConfigLayer, ConfigLayerName } from './config-layer.ts'
import { editFile } from './edit-file.ts'
import { textLayer } from './file-layer.ts'
import { fieldHint, layerProblems, unknownKey } from './layer-problems.ts'
import { userOnlyPaths } from './project-layers.ts'
import { redactConfigValue } from './redact-config-value.ts'
import { removeTomlValue } from './remove-toml-value.ts'
import { setTomlValue } from './set-toml-value.ts'
import { tomlKey, tomlLiteral } from './stringify-toml.ts'
import { nestedTable, valueAt } from './table.ts'

/** What a change of one key did to a file. Secrets are redacted; an absent value: the key was or is not there. */
export interface ConfigChange {
  readonly key: string
  readonly file: string
  readonly before?: unknown
  readonly after?: unknown
  /** Where the key stands now, or stood. */
  readonly line?: number
  readonly column?: number
  readonly changed: boolean
}

/** The file of one layer. */
export interface ConfigTarget {
  readonly layer: Extract<ConfigLayerName, 'user' | 'kernel' | 'profile' | 'project'>
  readonly file: string
}

/**
 * Sets one key of a configuration file, comments and order kept; a table sets its keys one by one, or with `replace` stands in place
 * of what is there. The value is checked before anything is written.
 *
 * @throws CodexError `config.invalid`, `config.unreadable`, `home.unwritable`
 */
export async function setInFile(
  target: ConfigTarget,
  path: readonly string[],
  value: unknown,
  { allowUnknown, replace = false }: { readonly allowUnknown: boolean; readonly replace?: boolean },
): Promise<ConfigChange> {
  await checkValue(target, path, value, allowUnknown)
  const json = value as JsonValue // what TOML gave is JSON: dates are texts
  return await change(target, path, (text) => {
    const anew = () => setTomlValue(removeTomlValue(text, path), path, json)
    if (replace) return anew()
    try {
      return setTomlValue(text, path, json)
    } catch (error) {
      // A list that stands as [[tables]], a table that is to be empty.
      if (isCodexError(error) && error.code === 'config.invalid') return anew()
      throw error
    }
  })
}

/** Takes one key or table out of a configuration file. @throws CodexError `config.invalid`, `config.unreadable`, `home.unwritable` */
export async function unsetInFile(target: ConfigTarget, path: readonly string[]): Promise<ConfigChange> {
  return await change(target, path, (text) => removeTomlValue(text, path))
}

async function change(
  { layer, file }: ConfigTarget,
  path: readonly string[],
  edit: (text: string) => string,
): Promise<ConfigChange> {
  const edited = await editFile(
    file,
    (text) => {
      // A text that is not TOML is told with the file's own name.
      textLayer(layer, file, text)
      return inFile(file, () => edit(text))
    },
    layer !== 'project',
  )
  const [before, after] = [edited.before, edited.after].map((text) => textLayer(layer, file, text))
  const values = [before, after].map((side) => side && valueAt(side.table, path))
  const place = (values[1] === undefined ? before : after)?.source?.locate(path)
  return {
    key: tomlKey(path),
    file,
    ...(values[0] !== undefined && { before: redactConfigValue(path, values[0]) }),
    ...(values[1] !== undefined && { after: redactConfigValue(path, values[1]) }),
    ...(place ?? {}),
    changed: edited.before !== edited.after,
  }
}

function inFile(file: string, edit: () => string): string {
  try {
    return edit()
  } catch (error) {
    if (!isCodexError(error)) throw error
    const { code, message, hint, location, cause } = error
    throw new CodexError(code, message, { cause, ...(hint && { hint }), location: { ...location, file } })
  }
}

async function checkValue(
  { layer: name, file }: ConfigTarget,
  path: readonly string[],
  value: unknown,
  allowUnknown: boolean,
): Promise<void> {
  const layer: ConfigLayer = { name, table: nestedTable(path, value) }
  const { unknown, wrong } = layerProblems(layer.table)
  const [firstWrong] = wrong
  if (firstWrong) {
    const given = valueAt(layer.table, firstWrong.path.map(String))
    const nearest = typeof given === 'string' ? await nearestName(given, firstWrong.values ?? []) : undefined
    const asText =
      firstWrong.problem.startsWith('expected string') && typeof given !== 'object'
        ? ` For text, quote it: '${tomlLiteral(String(given))}'.`
        : ''
    const hint =
      nearest === undefined ? `Nothing was written.${asText}${fieldHint(firstWrong.path)}` : `Did you mean ${nearest}?`
    throw failure(layer, firstWrong.path, `${tomlKey(firstWrong.path)}: ${firstWrong.problem}`, hint)
  }
  refuseReserved(layer)
  const [firstUnknown] = unknown
  if (firstUnknown && !allowUnknown) {
    const { hint } = await unknownKey(layer, firstUnknown)
    throw failure(
      layer,
      firstUnknown,
      `There is no configuration key ${tomlKey(firstUnknown)}`,
      `${hint?.startsWith('Did you mean') ? `${hint} ` : ''}To write it all the same, add --allow-unknown.`,
    )
  }
  const [reserved] = name === 'project' ? userOnlyPaths(layer.table) : []
  if (reserved) {
    throw new CodexError('config.invalid', `A repository cannot set ${tomlKey(reserved)}`, {
      hint: 'Set it without --project.',
      location: { file, field: tomlKey(reserved) },
    })
  }
}
