import type { Locate } from '../plugin-api/diagnostic.ts'

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown; readonly locate: Locate }
  /** Where reading stops making sense; both count from 1. */
  | { readonly ok: false; readonly line: number; readonly column: number }

/** Reads JSON (RFC 8259), and says where each of its fields stands. A byte order mark is passed over. */
export function parseJson(given: string): ParsedJson {
  const text = given.replace(/^\ufeff/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, ...positionOf(text, scan(text).fault ?? text.length) }
  }
  let offsets: ReadonlyMap<string, number> | undefined
  return {
    ok: true,
    value,
    locate(path) {
      // Scanning is wanted only where something is wrong.
      offsets ??= scan(text).offsets
      for (let length = path.length; length > 0; length -= 1) {
        const offset = offsets.get(JSON.stringify(path.slice(0, length)))
        if (offset !== undefined) return positionOf(text, offset)
      }
      return undefined
    },
  }
}

type Path = readonly (string | number)[]

interface Scan {
  /** Of members at their key, of list items at their start, by path. */
  readonly offsets: Map<string, number>
  /** Offset of the first thing that JSON does not have there; absent: the text is JSON. */
  fault?: number
}

const tokenPattern =
  /[ \t\r\n]*(?:(?<text>"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(?<word>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(?<mark>[{}[\],:]))/uy

function scan(text: string): Scan {
  const found: Scan = { offsets: new Map() }
  let at = 0
  /** The next token and where it starts; the scan stands behind it. */
  const next = () => {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(text)
    if (match === null) {
      const blank = /^[ \t\r\n]*/.exec(text.slice(at))?.[0].length ?? 0
      return { start: at + blank, token: undefined, isText: false }
    }
    at = tokenPattern.lastIndex
    const { text: quoted, word, mark } = match.groups ?? {}
    const token = quoted ?? word ?? mark ?? ''
    return { start: at - token.length, token, isText: quoted !== undefined }
  }
  const note = (path: Path, offset: number) => {
    const key = JSON.stringify(path)
    if (!found.offsets.has(key)) found.offsets.set(key, offset)
  }
  const fault = (offset: number) => {
    found.fault ??= offset
    return false
  }

  function readValue(path: Path): boolean {
    const { start, token, isText } = next()
    if (token === undefined || token === ',' || token === ':' || token === ']' || token === '}') return fault(start)
    note(path, start)
    if (isText || (token !== '{' && token !== '[')) return true
    return readMembers(path, token === '{')
  }

  function readMembers(path: Path, isObject: boolean): boolean {
    const close = isObject ? '}' : ']'
    for (let index = 0; ; index += 1) {
      const before = at
      const first = next()
      if (index === 0 && first.token === close) return true
      if (!isObject) at = before
      else if (!first.isText || first.token === undefined) return fault(first.start)
      const key = isObject ? String(JSON.parse(first.token ?? '""')) : index // a whole string of JSON
      if (isObject) {
        note([...path, key], first.start)
        const colon = next()
        if (colon.token !== ':') return fault(colon.start)
      }
      if (!readValue([...path, key])) return false
      const separator = next()
      if (separator.token === close) return true
      if (separator.token !== ',') return fault(separator.start)
    }
  }

  if (readValue([])) {
    const rest = next()
    if (rest.start < text.length) fault(rest.start)
  }
  return found
}

function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
