import { isDeepStrictEqual } from 'node:util'
import { parseToml } from './parse-toml.ts'
import { scanToml, type TomlPlace } from './scan-toml.ts'
import { notEditable, setTomlValue } from './set-toml-value.ts'
import { isTable, type Table, valueAt, withoutPath } from './table.ts'

/**
 * Takes one key or table out of a TOML text, a table with its header, its comments and the tables below it; everything else stays as it is. A text that does
 * not hold the key stays as it is. @throws CodexError `config.unreadable` for a text that is not TOML; `config.invalid` where the key cannot be edited in place
 */
export function removeTomlValue(text: string, path: readonly string[]): string {
  const before = parseToml(text, 'config.toml').value
  if (valueAt(before, path) === undefined) return text
  const edited = removeOnce(text, path)
  const after = parseToml(edited, 'config.toml').value
  const wanted = withoutEmpty(withoutPath(before, path), path)
  if (!isDeepStrictEqual(withoutEmpty(after, path), wanted)) throw notEditable(path)
  return edited
}

/** From the end to the start, so that offsets stay right. */
function removeOnce(text: string, path: readonly string[]): string {
  const places = scanToml(text)
  const isInside = (place: TomlPlace) => path.every((part, index) => place.path[index] === part)
  const own = places.filter(isInside)
  const inlineOwner = own.find(({ kind, path: at }) => kind === 'key' && at.length === path.length)
  if (inlineOwner?.inline) return setTomlValue(text, path, null)
  const sections = own.filter(isHeader)
  const inSection = (place: TomlPlace) => sections.some((header) => sectionOf(place, places) === header)
  const pairs = own.filter((place) => place.kind === 'key' && !place.inline && !inSection(place))
  const cuts = [
    ...sections.map((header) => ({ start: header.start, end: sectionEnd(header, places) })),
    ...pairs.map(({ start, end }) => ({ start, end })),
  ].sort((a, b) => b.start - a.start)
  return cuts.reduce((rest, { start, end }) => cutLines(rest, start, end), text)
}

function isHeader({ kind }: TomlPlace): boolean {
  return kind === 'header' || kind === 'list-header'
}

/** The header that a pair stands under. */
function sectionOf(place: TomlPlace, places: readonly TomlPlace[]): TomlPlace | undefined {
  return places.findLast((header) => isHeader(header) && header.start < place.start)
}

/** Where the last key of a section ends: what follows, up to the next header, may be a comment on that. */
function sectionEnd(header: TomlPlace, places: readonly TomlPlace[]): number {
  const last = places.findLast((place) => place.kind === 'key' && !place.inline && sectionOf(place, places) === header)
  return last?.end ?? header.end
}

/** Without the whole lines of a span, and with no more blank lines in a row than there were on one side of it. */
function cutLines(text: string, start: number, end: number): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', end)
  const head = text.slice(0, lineStart)
  const tail = lineEnd < 0 ? '' : text.slice(lineEnd + 1)
  const leavesBlank = /(?:^|\n)[ \t]*\r?\n$/.test(head) || head === ''
  return leavesBlank ? head + tail.replace(/^(?:[ \t]*\r?\n)+/, '') : head + tail
}

/** Tables on the way to `path` may vanish with their only key: empty ones on that way count as absent. */
function withoutEmpty(table: Table, path: readonly string[]): Table {
  const [key, ...rest] = path
  if (key === undefined || !Object.hasOwn(table, key)) return table
  const inner = table[key]
  if (!isTable(inner)) return table
  const kept = withoutEmpty(inner, rest)
  const { [key]: _, ...others } = table
  return Object.keys(kept).length === 0 ? others : { ...others, [key]: kept }
}
