import { isDeepStrictEqual } from 'node:util'
import { CodexError } from '../plugin-api/errors.ts'
import type { JsonValue } from '../plugin-api/json-value.ts'
import { parseToml } from './parse-toml.ts'
import { pathKey, scanToml, type TomlPlace } from './scan-toml.ts'
import { tomlKey, tomlLiteral } from './stringify-toml.ts'
import { isTable, valueAt } from './table.ts'

/**
 * Sets one key in a TOML text and leaves everything else as it is, comments and order included. A key that is not
 * there is added where its table stands, or as a new table at the end; `null` removes the key. Setting a table sets its keys one by one and keeps
 * the others. The result is read back: an edit that would change anything else is an error.
 * @throws CodexError `config.unreadable` for a text that is not TOML; `config.invalid` where the key cannot be edited in place, or is `__proto__`
 */
export function setTomlValue(text: string, path: readonly string[], value: JsonValue): string {
  if (path.includes('__proto__')) {
    throw new CodexError('config.invalid', `The key __proto__ is not allowed: ${tomlKey(path)}`, {
      hint: 'Nothing was written. Choose another name.',
      location: { file: 'config.toml', field: tomlKey(path) },
    })
  }
  const before = parseToml(text, 'config.toml').value
  const here = valueAt(before, path)
  if (isTable(value) && Object.keys(value).length > 0 && (here === undefined || isTable(here))) {
    return Object.entries(value).reduce((edited, [key, item]) => setTomlValue(edited, [...path, key], item), text)
  }
  const edited = edit(text, path, value)
  const wanted = withValue(before, path, value)
  if (!isDeepStrictEqual(readBack(edited, path), wanted)) throw notEditable(path)
  return edited
}

function edit(text: string, path: readonly string[], value: JsonValue): string {
  const places = scanToml(text)
  const place = places.find((candidate) => candidate.kind === 'key' && pathKey(candidate.path) === pathKey(path))
  if (value === null) return place ? remove(text, place) : text
  const literal = tomlLiteral(value)
  if (place) return splice(text, place.valueStart, place.valueEnd, literal)
  return insert(text, places, path, literal)
}

function insert(text: string, places: readonly TomlPlace[], path: readonly string[], literal: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  for (let length = path.length - 1; length > 0; length--) {
    const parent = pathKey(path.slice(0, length))
    const rest = tomlKey(path.slice(length))
    const owner = places.find((place) => pathKey(place.path) === parent && place.kind !== 'prefix')
    if (owner?.kind === 'key') return insertInline(text, owner, `${rest} = ${literal}`)
    if (owner?.kind === 'header' && length === path.length - 1) {
      return insertLine(text, lastEndOfTable(places, owner), `${rest} = ${literal}`, newline)
    }
    // A table that only dotted keys have made cannot be opened again by a header: go on beside them.
    const dotted = places.findLast(
      (place) => place.kind === 'prefix' && !place.inline && isPair(place) && pathKey(place.path) === parent,
    )
    if (dotted) {
      const opened = places.findLast((place) => place.kind === 'header' && place.start < dotted.start)
      return insertLine(text, dotted.end, `${tomlKey(path.slice(opened?.path.length ?? 0))} = ${literal}`, newline)
    }
  }
  if (path.length === 1) return insertTopLevel(text, places, `${tomlKey(path)} = ${literal}`, newline)
  const block = `[${tomlKey(path.slice(0, -1))}]${newline}${tomlKey(path.slice(-1))} = ${literal}${newline}`
  const body = text.trimEnd()
  return body === '' ? block : `${body}${newline}${newline}${block}`
}

function isPair(place: TomlPlace): boolean {
  return place.valueEnd > place.valueStart
}

function insertTopLevel(text: string, places: readonly TomlPlace[], line: string, newline: string): string {
  const firstHeader = places.find((place) => place.kind === 'header' || place.kind === 'list-header')
  const last = places.findLast(
    (place) => isPair(place) && !place.inline && place.start < (firstHeader?.start ?? text.length),
  )
  if (last) return insertLine(text, last.end, line, newline)
  const start = text.startsWith('\uFEFF') ? 1 : 0
  if (firstHeader || text.trim() === '')
    return splice(text, start, start, `${line}${newline}${firstHeader ? newline : ''}`)
  return `${text.trimEnd()}${newline}${line}${newline}`
}

/** Where the last key of a table ends: what follows, up to the next header, may be a comment on that header. */
function lastEndOfTable(places: readonly TomlPlace[], header: TomlPlace): number {
  const next = places.find((place) => isHeader(place) && place.start > header.start)
  const own = places.findLast(
    (place) => isPair(place) && !place.inline && place.start > header.start && place.start < (next?.start ?? Infinity),
  )
  return own?.end ?? header.end
}

function isHeader(place: TomlPlace): boolean {
  return place.kind === 'header' || place.kind === 'list-header'
}

/** A line of its own behind the line in which `offset` lies. */
function insertLine(text: string, offset: number, line: string, newline: string): string {
  const lineEnd = text.indexOf('\n', offset)
  if (lineEnd < 0) return `${text}${newline}${line}${newline}`
  return splice(text, lineEnd + 1, lineEnd + 1, `${line}${newline}`)
}

function insertInline(text: string, owner: TomlPlace, pair: string): string {
  const body = text.slice(owner.valueStart, owner.valueEnd)
  if (!body.startsWith('{')) throw notEditable(owner.path)
  const isEmpty = body.slice(1, -1).trim() === ''
  return splice(text, owner.valueStart, owner.valueStart + 1, isEmpty ? `{ ${pair} ` : `{ ${pair},`)
}

function remove(text: string, place: TomlPlace): string {
  if (place.inline) {
    const comma = /^\s*,[ \t]*/.exec(text.slice(place.end))
    if (comma) return splice(text, place.start, place.end + comma[0].length, '')
    const before = /,?\s*$/.exec(text.slice(0, place.start))
    return splice(text, place.start - (before?.[0].length ?? 0), place.end, '')
  }
  const lineStart = text.lastIndexOf('\n', place.start) + 1
  const lineEnd = text.indexOf('\n', place.end)
  return splice(text, lineStart, lineEnd < 0 ? text.length : lineEnd + 1, '')
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end)
}

function readBack(text: string, path: readonly string[]): unknown {
  try {
    return parseToml(text, 'config.toml').value
  } catch (cause) {
    throw notEditable(path, cause)
  }
}

function withValue(table: Record<string, unknown>, path: readonly string[], value: JsonValue): Record<string, unknown> {
  const [key, ...rest] = path
  if (key === undefined) return table
  const inner = Object.hasOwn(table, key) ? table[key] : undefined
  if (value === null && inner === undefined) return table
  if (rest.length > 0) return { ...table, [key]: withValue(isTable(inner) ? inner : {}, rest, value) }
  const { [key]: _, ...others } = table
  return value === null ? others : { ...others, [key]: value }
}

/** The error for a key that stands in a form that cannot be edited in place. */
export function notEditable(path: readonly (string | number)[], cause?: unknown): CodexError {
  return new CodexError('config.invalid', `${tomlKey(path)} cannot be edited in place`, {
    cause,
    hint: 'Edit the file by hand: the key stands there in another form.',
    location: { file: 'config.toml', field: tomlKey(path) },
  })
}
