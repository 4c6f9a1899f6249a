import type { Locate } from 'codex-kernel/plugin-api'
import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml'

/** One document of a YAML file, and where its fields stand. */
export interface YamlDocument {
  readonly value: unknown
  readonly locate: Locate
}

export type YamlResult =
  | { readonly documents: readonly YamlDocument[] }
  | { readonly problem: string; readonly line: number; readonly column: number }

/** Reads YAML 1.2 (core schema, no aliases, no duplicate keys); several documents may be parted by `---`. */
export function readYaml(text: string): YamlResult {
  try {
    const events = parseEvents(text, { maxDepth: 60 })
    const values = constructFromEvents(events, { source: text, schema: CORE_SCHEMA, maxAliases: 0 })
    const offsets = offsetsByDocument(events, text)
    return {
      documents: values.map((value, index) => ({ value, locate: locator(text, offsets[index] ?? new Map()) })),
    }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const mark = error.mark
    return { problem: error.reason, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 }
  }
}

const keyOf = (path: readonly (string | number)[]): string => path.map(String).join('\u0000')

function locator(text: string, offsets: ReadonlyMap<string, number>): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const offset = offsets.get(keyOf(path.slice(0, length)))
      if (offset !== undefined) return positionOf(text, offset)
    }
    return undefined
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

type Frame = { readonly kind: 'sequence' | 'mapping'; count: number; key: string | undefined }

/** Offset of each value (of its key, in a mapping), by path, for each document. */
function offsetsByDocument(events: readonly Event[], text: string): ReadonlyMap<string, number>[] {
  const documents: Map<string, number>[] = []
  let frames: Frame[] = []
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) {
      documents.push(new Map())
      frames = []
      continue
    }
    if (event.type === EVENT_ID.POP) {
      frames.pop()
      const outer = frames.at(-1)
      if (outer) outer.key = undefined
      continue
    }
    const offsets = documents.at(-1)
    const parent = frames.at(-1)
    const start =
      event.type === EVENT_ID.SCALAR
        ? event.valueStart
        : event.type === EVENT_ID.ALIAS
          ? event.anchorStart
          : event.start
    const isKey = parent?.kind === 'mapping' && parent.key === undefined
    if (isKey && event.type === EVENT_ID.SCALAR) {
      parent.key = getScalarValue(text, event)
      offsets?.set(keyOf(pathOf(frames)), start)
      continue
    }
    if (parent?.kind === 'sequence') parent.count++
    const path = keyOf(pathOf(frames))
    if (offsets && !offsets.has(path)) offsets.set(path, start)
    if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      frames.push({ kind: event.type === EVENT_ID.SEQUENCE ? 'sequence' : 'mapping', count: -1, key: undefined })
    } else if (parent) {
      parent.key = undefined
    }
  }
  return documents
}

function pathOf(frames: readonly Frame[]): (string | number)[] {
  return frames.map((frame) => (frame.kind === 'sequence' ? frame.count : (frame.key ?? '')))
}
