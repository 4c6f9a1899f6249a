import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { type CodexError, isCodexError } from '../plugin-api/errors.ts'
import { nearestName, refuseReserved } from './check-layer.ts'
import type { ConfigLayer, ConfigLayerName } from './config-layer.ts'
import { leafPaths } from './explain-value.ts'
import { readConfigText, textLayer } from './file-layer.ts'
import { fieldHint, layerProblems, unknownKey } from './layer-problems.ts'
import { userOnlyPaths } from './project-layers.ts'
import { tomlKey } from './stringify-toml.ts'
import { valueAt } from './table.ts'
import { keysWithoutEffect } from './without-effect.ts'

/**
 * Everything that is wrong with one configuration file, each with its place: what is no TOML, values of the wrong type, unknown keys (errors where `strict`,
 * else warnings), what a repository may not say; and, as information, keys that have no effect.
 */
export async function validateFile(
  name: ConfigLayerName,
  file: string,
  strict: boolean,
): Promise<readonly Diagnostic[]> {
  let layer: ConfigLayer
  try {
    const text = await readConfigText(file)
    if (text === undefined)
      return [{ severity: 'error', code: 'config.unreadable', message: 'There is no such file', file }]
    layer = textLayer(name, file, text)
  } catch (error) {
    return [diagnosticOf(error, file)]
  }
  const { unknown, wrong } = layerProblems(layer.table)
  const place = (path: readonly (string | number)[]) => ({
    file,
    ...(layer.source?.locate(path) ?? {}),
    field: tomlKey(path),
  })
  const reserved = name === 'project' ? userOnlyPaths(layer.table) : []
  return [
    ...(await Promise.all(
      wrong.map(async ({ path, problem, values = [] }): Promise<Diagnostic> => {
        const given = valueAt(layer.table, path.map(String))
        const nearest = typeof given === 'string' ? await nearestName(given, values) : undefined
        const hint = nearest === undefined ? fieldHint(path).trim() : `Did you mean ${nearest}?`
        return {
          severity: 'error',
          code: 'config.invalid',
          message: problem,
          ...place(path),
          ...(hint !== '' && { hint }),
        }
      }),
    )),
    ...reservedProblems(layer, file),
    ...(await Promise.all(
      unknown.map(async (path): Promise<Diagnostic> => {
        const found = await unknownKey(layer, path)
        return strict ? { ...found, severity: 'error' } : found
      }),
    )),
    ...reserved.map(
      (path): Diagnostic => ({
        severity: 'warning',
        code: 'config.user_only',
        message: `A repository cannot set ${tomlKey(path)}; it is ignored`,
        ...place(path),
        hint: 'Set it in $CODEX_HOME/config.toml.',
      }),
    ),
    ...withoutEffect(layer).map(
      (path): Diagnostic => ({
        severity: 'info',
        code: 'config.no_effect',
        message: `${tomlKey(path)} has no effect in this version`,
        ...place(path),
      }),
    ),
  ]
}

/** What stopped a layer from loading, as a diagnostic. What is no CodexError passes. */
export function diagnosticOf(error: unknown, file?: string): Diagnostic {
  if (!isCodexError(error)) throw error
  const { line, column, field } = placeOf(error)
  const at = error.location?.file ?? file
  return {
    severity: 'error',
    code: error.code,
    message: error.message.split('\n')[0] ?? error.message,
    ...(at !== undefined && { file: at }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(field !== undefined && { field }),
    ...(error.hint !== undefined && { hint: error.hint }),
  }
}

function placeOf({ location }: CodexError): Partial<NonNullable<CodexError['location']>> {
  return location ?? {}
}

function reservedProblems(layer: ConfigLayer, file: string): readonly Diagnostic[] {
  try {
    refuseReserved(layer)
    return []
  } catch (error) {
    return [diagnosticOf(error, file)]
  }
}

function withoutEffect(layer: ConfigLayer): readonly (readonly string[])[] {
  return keysWithoutEffect
    .map((key) => key.split('.'))
    .filter((path) => leafPaths(path, { layers: [layer] }).length > 0)
}
