import { CodexError } from '../plugin-api/errors.ts'
import type { ConfigLayer } from './config-layer.ts'
import { parseToml } from './parse-toml.ts'
import { isTable, mergeTables } from './table.ts'

/**
 * The layer of `-c KEY=VALUE` arguments, later ones winning. KEY is a dotted path, parts with other characters quoted as in TOML; VALUE is TOML, else
 * the text itself. @throws CodexError `config.override`
 */
export function overrideLayer(overrides: readonly string[]): ConfigLayer {
  const table = overrides.map(parseOverride).reduce(mergeTables, {})
  return { name: 'override', table }
}

function parseOverride(override: string): Record<string, unknown> {
  // A quoted part of the key may hold an equals sign.
  const key = /^(?:"(?:\\.|[^"\\])*"|'[^']*'|[^="'])*(?==)/.exec(override)?.[0] ?? override.split('=')[0] ?? ''
  if (key.length === override.length) throw refused(`Invalid override (missing '='): ${override}`)
  if (key.trim() === '') throw refused(`Empty key in override: ${override}`)
  const value = parseValue(override.slice(key.length + 1).trim())
  return keyPath(key.trim()).reduceRight<Record<string, unknown>>(
    (inner, part, index, path) => ({ [part]: index === path.length - 1 ? value : inner }),
    {},
  )
}

function keyPath(key: string): readonly string[] {
  const table = tomlTable(`${key} = 0`)
  const path = table ? pathToOnlyLeaf(table) : key.split('.').map((part) => part.trim())
  if (path.includes('__proto__')) throw refused(`The key __proto__ is not allowed: ${key}`)
  if (path.includes('')) throw refused(`Empty key in override: ${key}`)
  return path
}

function pathToOnlyLeaf(table: Record<string, unknown>): readonly string[] {
  const [entry] = Object.entries(table)
  if (!entry) return []
  return [entry[0], ...(isTable(entry[1]) ? pathToOnlyLeaf(entry[1]) : [])]
}

function parseValue(text: string): unknown {
  const table = tomlTable(`value = ${text}`)
  // A text with a line break could hold more than one pair.
  return table && Object.keys(table).length === 1 && Object.hasOwn(table, 'value')
    ? table.value
    : text.replace(/^["']+|["']+$/g, '')
}

function tomlTable(text: string): Record<string, unknown> | undefined {
  try {
    return parseToml(text, '-c').value
  } catch {
    return undefined
  }
}

function refused(problem: string): CodexError {
  return new CodexError('config.override', `Error parsing -c overrides: ${problem}`, {
    hint: 'Write -c KEY=VALUE, such as -c model=\'"NAME"\'.',
  })
}
