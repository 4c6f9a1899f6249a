import { EVENT_ID, getScalarValue, parseEvents } from 'js-yaml'
import { indexLines } from '../config/line-index.ts'
import type { Locate } from '../plugin-api/index.ts'

type Position = { readonly line: number; readonly column: number }
type Path = readonly (string | number)[]

/**
 * Where the fields of a YAML text stand: a field at its key, an item of a list at its start, and what is not there at the nearest
 * field around it. Lines and columns count from 1; `firstLine` is the line of the file on which the text starts.
 * The text is read again when a place is first asked for, so a file without mistakes costs nothing.
 */
export function locateYaml(text: string, firstLine: number): Locate {
  let scanned: { offsets: ReadonlyMap<string, number>; positionOf: ReturnType<typeof indexLines> } | undefined
  const nearest = (path: Path): number | undefined => {
    scanned ??= { offsets: offsetsByPath(text), positionOf: indexLines(text) }
    return scanned.offsets.get(keyOf(path)) ?? (path.length === 0 ? undefined : nearest(path.slice(0, -1)))
  }
  return (path) => {
    const offset = nearest(path)
    const position = offset === undefined ? undefined : scanned?.positionOf(offset)
    return position && { line: firstLine - 1 + position.line, column: position.column }
  }
}

/** The line and column of an offset, from 1. */
export function positionAt(text: string, offset: number, firstLine: number): Position {
  const before = text.slice(0, offset)
  return {
    line: firstLine + (before.match(/\n/g)?.length ?? 0),
    column: offset - before.lastIndexOf('\n'),
  }
}

interface Collection {
  readonly path: Path
  readonly isMapping: boolean
  /** Items of a sequence, or keys and values of a mapping, so far. */
  count: number
  key: string
}

function offsetsByPath(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>()
  const open: (Collection | undefined)[] = []
  for (const event of parseEvents(text, {})) {
    if (event.type === EVENT_ID.POP) {
      open.pop()
      continue
    }
    if (event.type === EVENT_ID.DOCUMENT) {
      open.push(undefined)
      continue
    }
    const parent = open.at(-1)
    const isKey = parent?.isMapping === true && parent.count % 2 === 0
    const isScalar = event.type === EVENT_ID.SCALAR
    if (parent !== undefined && isKey) parent.key = isScalar ? getScalarValue(text, event) : ''
    const path = parent === undefined ? [] : [...parent.path, parent.isMapping ? parent.key : parent.count]
    const start = isScalar ? event.valueStart : 'start' in event ? event.start : event.anchorStart
    if (!offsets.has(keyOf(path))) offsets.set(keyOf(path), start)
    if (parent !== undefined) parent.count += 1
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      open.push({ path, isMapping: event.type === EVENT_ID.MAPPING, count: 0, key: '' })
    }
  }
  return offsets
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}
