import { TomlDate } from 'smol-toml'
import { maxTomlDepth } from './toml-nesting.ts'

/** A value that is TOML but that the program refuses; `path` is where. */
export class UnsupportedTomlValue extends Error {
  override readonly name = 'UnsupportedTomlValue'
  readonly path: readonly (string | number)[]

  constructor(message: string, path: readonly (string | number)[]) {
    super(message)
    this.path = path
  }
}

/** What a TOML parser gave, as plain JSON-like values: the same for @iarna/toml and smol-toml. @throws UnsupportedTomlValue */
export function plainTomlTable(table: unknown): Record<string, unknown> {
  return plainTable(Object(table), [])
}

function plainTable(table: object, path: readonly (string | number)[]): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(table)) {
    const here = [...path, key]
    if (key === '__proto__') throw new UnsupportedTomlValue('The key __proto__ is not allowed', here)
    plain[key] = plainValue(value, here)
  }
  return plain
}

function plainValue(value: unknown, path: readonly (string | number)[]): unknown {
  if (path.length > maxTomlDepth)
    throw new UnsupportedTomlValue(`Nested more than ${maxTomlDepth} deep`, path.slice(0, 1))
  if (typeof value === 'bigint') {
    throw new UnsupportedTomlValue('The integer cannot be held exactly (at most 9007199254740991)', path)
  }
  if (value instanceof Date) return isoText(value)
  if (Array.isArray(value)) return value.map((item, index) => plainValue(item, [...path, index]))
  if (typeof value === 'object' && value !== null) return plainTable(value, path)
  return Object.is(value, -0) ? 0 : value
}

/** Offset date-times in UTC; local ones without a zone; dates and times alone as themselves. Milliseconds, no finer. */
function isoText(date: Date): string {
  // The parsers' subclasses override toISOString, each in its own way.
  const iso = Date.prototype.toISOString.call(date)
  const dateOnly = date instanceof TomlDate ? date.isDate() : 'isDate' in date
  const timeOnly = date instanceof TomlDate ? date.isTime() : 'isTime' in date
  const local = date instanceof TomlDate ? date.isLocal() : 'isFloating' in date
  if (dateOnly) return iso.slice(0, 10)
  if (timeOnly) return iso.slice(11, 23)
  return local ? iso.slice(0, -1) : iso
}
