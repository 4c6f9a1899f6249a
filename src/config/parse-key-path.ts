import { parseToml } from './parse-toml.ts'
import { isTable } from './table.ts'

/**
 * The parts of a dotted key as it is typed: parts with other characters quoted as in TOML, else split at the dots. A `problem` says why the
 * text is no key.
 */
export function parseKeyPath(key: string): { readonly path: readonly string[] } | { readonly problem: string } {
  const text = key.trim()
  const table = tomlTable(`${text} = 0`)
  const path = table ? pathToOnlyLeaf(table) : text.split('.').map((part) => part.trim())
  if (path.includes('__proto__')) return { problem: `The key __proto__ is not allowed: ${text}` }
  if (path.includes('')) return { problem: 'Empty key' }
  return { path }
}

/** A value as it is typed: TOML, else the text itself, without quotes around it. */
export function parseTypedValue(text: string): unknown {
  const table = tomlTable(`value = ${text}`)
  // A text with a line break could hold more than one pair.
  return table && Object.keys(table).length === 1 && Object.hasOwn(table, 'value')
    ? table.value
    : text.replace(/^["']+|["']+$/g, '')
}

function pathToOnlyLeaf(table: Record<string, unknown>): readonly string[] {
  const [entry] = Object.entries(table)
  if (!entry) return []
  return [entry[0], ...(isTable(entry[1]) ? pathToOnlyLeaf(entry[1]) : [])]
}

function tomlTable(text: string): Record<string, unknown> | undefined {
  try {
    return parseToml(text, '-c').value
  } catch {
    return undefined
  }
}
