import type { z } from 'zod'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { layerLabel, nearestName } from './check-layer.ts'
import type { ConfigLayer } from './config-layer.ts'
import { fieldDescription, knownNames } from './field-schema.ts'
import { agentRole } from './schema/agent-fields.ts'
import { configFields, isConfigKey } from './schema.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable } from './table.ts'

type Path = readonly (string | number)[]

/** A value that its field does not take. */
export interface WrongValue {
  readonly path: Path
  readonly problem: string
  /** The values that the field takes, where they are a list. */
  readonly values?: readonly string[]
}

/** What the schema finds in one layer. */
export interface LayerProblems {
  readonly unknown: readonly Path[]
  readonly wrong: readonly WrongValue[]
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

/** The known key that an unknown one was perhaps meant for. */
export async function nearestKey(path: Path): Promise<string | undefined> {
  return await nearestName(String(path.at(-1)), knownNames(path.slice(0, -1)))
}

/** The diagnostic of an unknown key, with the nearest known one. */
export async function unknownKey(layer: ConfigLayer, path: Path): Promise<Diagnostic> {
  const nearest = await nearestKey(path)
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

/** What a field is for, as the end of a hint; empty where the schema does not say. */
export function fieldHint(path: Path): string {
  const description = fieldDescription(path)
  return description ? ` ${tomlKey(path.slice(-1))}: ${description}` : ''
}
