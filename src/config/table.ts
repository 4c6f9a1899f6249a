/** What a TOML table is once it is read: a plain object. */
export type Table = Readonly<Record<string, unknown>>

/** True for a plain object, as tables are. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `higher` over `lower`; neither is changed. An undefined value counts as absent. */
export function mergeTables(lower: Table, higher: Table): Record<string, unknown> {
  const merged = { ...lower }
  for (const [key, value] of Object.entries(higher)) {
    if (value === undefined) continue
    const below = ownValue(merged, key)
    merged[key] = isTable(value) ? mergeTables(isTable(below) ? below : {}, value) : value
  }
  return merged
}

/** What a table holds under a name that a person or a file gives; what every object inherits, such as `constructor`, is none of it. */
export function ownValue<Value>(table: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}

/** The value at a path of keys; undefined where there is none. */
export function valueAt(table: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isTable(value) ? ownValue(value, key) : undefined), table)
}

/** A table without what stands at a path. */
export function withoutPath(table: Table, path: readonly string[]): Table {
  const [key, ...rest] = path
  if (key === undefined || !Object.hasOwn(table, key)) return table
  const { [key]: value, ...others } = table
  if (rest.length === 0) return others
  return isTable(value) ? { ...table, [key]: withoutPath(value, rest) } : table
}

/** A table that holds one value, at a path. */
export function nestedTable(path: readonly string[], value: unknown): Record<string, unknown> {
  return path.reduceRight<Record<string, unknown>>(
    (inner, part, index) => ({ [part]: index === path.length - 1 ? value : inner }),
    {},
  )
}
