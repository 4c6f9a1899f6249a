import { isTable } from './table.ts'

/** TOML text of a table: its plain keys first, then its tables in order. `null` and `undefined` are left out: TOML has neither. */
export function stringifyToml(value: Record<string, unknown>): string {
  return tableLines(value, [])
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .concat('\n')
}

/** One value as it stands behind `=`; tables become inline tables. */
export function tomlLiteral(value: unknown): string {
  if (typeof value === 'string') return tomlString(value)
  if (typeof value === 'number') return tomlNumber(value)
  if (Array.isArray(value)) return `[${value.filter(isPresent).map(tomlLiteral).join(', ')}]`
  if (isTable(value)) {
    const pairs = presentEntries(value).map(([key, item]) => `${tomlKey([key])} = ${tomlLiteral(item)}`)
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
  }
  return String(value)
}

/** A dotted key, parts quoted where TOML asks for it. */
export function tomlKey(path: readonly (string | number)[]): string {
  return path.map((part) => (/^[A-Za-z0-9_-]+$/.test(String(part)) ? String(part) : tomlString(String(part)))).join('.')
}

function tableLines(table: Record<string, unknown>, path: readonly string[]): readonly string[] {
  const entries = presentEntries(table)
  const plain = entries.filter(([, value]) => !isTable(value) && !isTableList(value))
  const lines = plain.map(([key, value]) => `${tomlKey([key])} = ${tomlLiteral(value)}`)
  const needsHeader = path.length > 0 && (plain.length > 0 || entries.length === 0)
  const inner = entries.flatMap(([key, value]) => {
    const here = [...path, key]
    if (isTable(value)) return tableLines(value, here)
    if (!isTableList(value)) return []
    return value.flatMap((item) => ['', `[[${tomlKey(here)}]]`, ...withoutHeader(tableLines(item, here), here)])
  })
  return [...(needsHeader ? ['', `[${tomlKey(path)}]`] : []), ...lines, ...inner]
}

/** The element of a list has its `[[header]]` already. */
function withoutHeader(lines: readonly string[], path: readonly string[]): readonly string[] {
  return lines[1] === `[${tomlKey(path)}]` ? lines.slice(2) : lines
}

function isTableList(value: unknown): value is readonly Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTable)
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined
}

function presentEntries(table: Record<string, unknown>): readonly [string, unknown][] {
  return Object.entries(table).filter(([, value]) => isPresent(value))
}

function tomlString(text: string): string {
  // JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.
  return JSON.stringify(text).replaceAll('\u007F', '\\u007F')
}

function tomlNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isSafeInteger(value)) return String(value)
  // A whole number without a point would be read back as an integer that cannot be held exactly.
  return Number.isInteger(value) && !String(value).includes('e') ? `${value}.0` : String(value)
}
