import { CodexError } from '../plugin-api/errors.ts'
import type { ConfigLayer } from './config-layer.ts'
import { parseKeyPath, parseTypedValue } from './parse-key-path.ts'
import { mergeTables, nestedTable } from './table.ts'

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
  const parsed = parseKeyPath(key)
  if ('problem' in parsed)
    throw refused(parsed.problem === 'Empty key' ? `Empty key in override: ${key.trim()}` : parsed.problem)
  return nestedTable(parsed.path, parseTypedValue(override.slice(key.length + 1).trim()))
}

function refused(problem: string): CodexError {
  return new CodexError('config.override', `Error parsing -c overrides: ${problem}`, {
    hint: 'Write -c KEY=VALUE, such as -c model=\'"NAME"\'.',
  })
}
