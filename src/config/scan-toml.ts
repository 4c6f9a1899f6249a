import type { Locate } from '../plugin-api/diagnostic.ts'
import { indexLines } from './line-index.ts'

export type TomlPath = readonly (string | number)[]

/** Something that stands in a TOML text. Offsets count UTF-16 units from 0; `end` is behind the last one. */
export interface TomlPlace {
  readonly path: TomlPath
  /**
   * `header`: `[a.b]`; `list-header`: `[[a]]`; `key`: `a = 1`; `item`: an element of an array; `prefix`: the `a` of
   * `a.b = 1` or of `[a.b]`, which makes a table without naming it alone.
   */
  readonly kind: 'header' | 'list-header' | 'key' | 'item' | 'prefix'
  readonly start: number
  readonly end: number
  /** Where the value stands, for `key` and `item`. */
  readonly valueStart: number
  readonly valueEnd: number
  /** True inside `{ … }` or `[ … ]`. */
  readonly inline: boolean
}

/** Says where each key path of a TOML text stands; for one that is not there, where its nearest table stands. */
export function locateIn(text: string): Locate {
  let scanned: { places: ReadonlyMap<string, TomlPlace>; positionOf: ReturnType<typeof indexLines> } | undefined
  return (path) => {
    // Scanning costs as much as parsing and is wanted only where something is wrong.
    scanned ??= { places: firstPlaces(scanToml(text)), positionOf: indexLines(text) }
    for (let length = path.length; length > 0; length--) {
      const place = scanned.places.get(pathKey(path.slice(0, length)))
      if (place) return scanned.positionOf(place.start)
    }
    return undefined
  }
}

/** One string per path, the same for equal paths. */
export function pathKey(path: TomlPath): string {
  return JSON.stringify(path)
}

function firstPlaces(places: readonly TomlPlace[]): ReadonlyMap<string, TomlPlace> {
  const byPath = new Map<string, TomlPlace>()
  for (const place of places) {
    const key = pathKey(place.path)
    const known = byPath.get(key)
    if (!known || (known.kind === 'prefix' && place.kind !== 'prefix')) byPath.set(key, place)
  }
  return byPath
}

/** Everything that stands in a TOML text, in order. The text must have been accepted by a parser: nothing is checked here. */
export function scanToml(text: string): readonly TomlPlace[] {
  const places: TomlPlace[] = []
  const listLengths = new Map<string, number>()
  let table: TomlPath = []
  let at = skipBlank(text, 0)
  while (at < text.length) {
    if (text[at] === '[') {
      const isList = text[at + 1] === '['
      const key = readKey(text, at + (isList ? 2 : 1))
      const end = text.indexOf(']', key.end) + (isList ? 2 : 1)
      table = openTable(key.parts, isList, { start: at, end }, listLengths, places)
      at = skipBlank(text, end)
    } else {
      at = skipBlank(text, readPair(text, at, table, false, places))
    }
  }
  return places
}

function openTable(
  parts: readonly string[],
  isList: boolean,
  span: { start: number; end: number },
  listLengths: Map<string, number>,
  places: TomlPlace[],
): TomlPath {
  let path: TomlPath = []
  for (const [index, part] of parts.entries()) {
    path = [...path, part]
    const length = listLengths.get(pathKey(path))
    const isLast = index === parts.length - 1
    const common = { ...span, valueStart: span.end, valueEnd: span.end, inline: false }
    if (isLast && isList) {
      if (length === undefined) places.push({ path, kind: 'prefix', ...common })
      listLengths.set(pathKey(path), (length ?? 0) + 1)
      path = [...path, length ?? 0]
      places.push({ path, kind: 'list-header', ...common })
    } else {
      if (length !== undefined) path = [...path, length - 1]
      places.push({ path, kind: isLast ? 'header' : 'prefix', ...common })
    }
  }
  return path
}

/** Reads `key = value` at `at`, records it and gives the offset behind it. */
function readPair(text: string, at: number, table: TomlPath, inline: boolean, places: TomlPlace[]): number {
  const key = readKey(text, at)
  const path = [...table, ...key.parts]
  const valueStart = skipSpace(text, text.indexOf('=', key.end) + 1)
  const inner: TomlPlace[] = []
  const valueEnd = readValue(text, valueStart, path, inner)
  const common = { start: at, end: valueEnd, valueStart, valueEnd, inline }
  for (let length = 1; length < key.parts.length; length++) {
    places.push({ path: [...table, ...key.parts.slice(0, length)], kind: 'prefix', ...common })
  }
  places.push({ path, kind: 'key', ...common }, ...inner)
  return valueEnd
}

function readValue(text: string, at: number, path: TomlPath, places: TomlPlace[]): number {
  const first = text[at]
  if (first === '"' || first === "'") return skipTomlString(text, at)
  if (first === '[') return readArray(text, at, path, places)
  if (first === '{') return readInlineTable(text, at, path, places)
  let end = at
  while (end < text.length && !',]}#\n\r'.includes(text[end] ?? '')) end++
  return at + text.slice(at, end).trimEnd().length
}

function readArray(text: string, at: number, path: TomlPath, places: TomlPlace[]): number {
  let index = 0
  let next = skipBlank(text, at + 1)
  while (next < text.length && text[next] !== ']') {
    const itemPath = [...path, index]
    const inner: TomlPlace[] = []
    const end = readValue(text, next, itemPath, inner)
    places.push(
      { path: itemPath, kind: 'item', start: next, end, valueStart: next, valueEnd: end, inline: true },
      ...inner,
    )
    next = skipSeparator(text, end)
    index++
  }
  return next + 1
}

function readInlineTable(text: string, at: number, path: TomlPath, places: TomlPlace[]): number {
  let next = skipBlank(text, at + 1)
  while (next < text.length && text[next] !== '}') {
    next = skipSeparator(text, readPair(text, next, path, true, places))
  }
  return next + 1
}

/** Reads a dotted key: bare, basic or literal parts. */
function readKey(text: string, at: number): { parts: readonly string[]; end: number } {
  const parts: string[] = []
  let next = skipSpace(text, at)
  for (;;) {
    const quote = text[next]
    const isQuoted = quote === '"' || quote === "'"
    const end = isQuoted ? skipTomlString(text, next) : bareKeyEnd(text, next)
    parts.push(isQuoted ? unquoteKey(text.slice(next, end)) : text.slice(next, end))
    const dot = skipSpace(text, end)
    if (text[dot] !== '.') return { parts, end }
    next = skipSpace(text, dot + 1)
  }
}

function bareKeyEnd(text: string, at: number): number {
  let end = at
  while (end < text.length && /[A-Za-z0-9_-]/.test(text[end] ?? '')) end++
  return end
}

function unquoteKey(quoted: string): string {
  const body = quoted.slice(1, -1)
  if (quoted.startsWith("'")) return body
  const names: Record<string, string> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001B' }
  return body.replace(/\\(?:x(..)|u(....)|U(.{8})|(.))/g, (_, x, u, long, letter) => {
    const hex = x ?? u ?? long
    return hex === undefined ? (names[letter] ?? letter) : String.fromCodePoint(Number.parseInt(hex, 16))
  })
}

/** Offset behind the string that begins at `at`; four kinds, and up to two quotes more before a closing triple. */
export function skipTomlString(text: string, at: number): number {
  const quote = text[at] ?? ''
  const triple = quote.repeat(3)
  const isTriple = text.startsWith(triple, at)
  let next = at + (isTriple ? 3 : 1)
  while (next < text.length) {
    if (quote === '"' && text[next] === '\\') next += 2
    else if (isTriple && text.startsWith(triple, next)) {
      let end = next + 3
      while (text[end] === quote && end < next + 5) end++
      return end
    } else if (!isTriple && text[next] === quote) return next + 1
    else next++
  }
  return text.length
}

function skipSpace(text: string, at: number): number {
  let next = at
  while (text[next] === ' ' || text[next] === '\t') next++
  return next
}

/** Skips white space, line ends and comments. */
function skipBlank(text: string, at: number): number {
  let next = at
  for (;;) {
    while (next < text.length && ' \t\r\n'.includes(text[next] ?? '')) next++
    if (text[next] !== '#') return next
    const lineEnd = text.indexOf('\n', next)
    next = lineEnd < 0 ? text.length : lineEnd
  }
}

function skipSeparator(text: string, at: number): number {
  const next = skipBlank(text, at)
  return text[next] === ',' ? skipBlank(text, next + 1) : next
}
