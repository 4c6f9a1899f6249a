import type { CodeTokens } from './tokenize-code.ts'

/** A text that takes part in the search. */
export interface ComparedFile {
  readonly file: string
  readonly tokens: CodeTokens
}

export interface DuplicatePlace {
  readonly file: string
  readonly line: number
  readonly endLine: number
}

/** The same code in several places. */
export interface Duplicate {
  readonly tokens: number
  /** Lines of the longest place. */
  readonly lines: number
  readonly places: readonly DuplicatePlace[]
}

/** Shorter blocks than this many lines are not worth a name. */
const minLines = 6
/** Of a block that stands in more places than this, such as a table of data, the rest is not compared. */
const maxPlaces = 50

interface Spot {
  readonly file: number
  /** Place of the first token. */
  readonly at: number
}

interface Class {
  readonly first: Spot
  readonly spots: Spot[]
  length: number
}

/**
 * Finds blocks of at least `minTokens` words that stand in several places, by Rabin and Karp: windows that begin where a line
 * begins are put beside each other by their hash, then made as long as they stay the same. The longest saving comes first.
 */
export function findDuplicates(files: readonly ComparedFile[], minTokens: number): readonly Duplicate[] {
  const firstByHash = new Map<number, Spot[]>()
  const classes = new Map<string, Class>()
  for (const [file, { tokens }] of files.entries()) {
    let coveredTo = 0
    for (const { at, hash } of windows(tokens, minTokens)) {
      const spot = { file, at }
      const known = firstByHash.get(hash)
      if (!known) {
        firstByHash.set(hash, [spot])
        continue
      }
      if (at >= coveredTo) {
        const best = longest(files, known, spot, minTokens)
        if (best) {
          coveredTo = at + best.length
          addTo(classes, best.first, spot, best.length)
          continue
        }
      }
      if (at >= coveredTo && known.length < maxPlaces) known.push(spot)
    }
  }
  return [...classes.values()]
    .map((each) => duplicateOf(each, files))
    .filter(({ lines, places }) => lines >= minLines && places.length > 1)
    .toSorted((a, b) => savedLines(b) - savedLines(a) || b.tokens - a.tokens)
}

/** Lines that are left over once one of the places is kept. */
export const savedLines = ({ lines, places }: Duplicate): number => lines * (places.length - 1)

function* windows({ hashes, lines }: CodeTokens, size: number): Generator<{ at: number; hash: number }> {
  const base = 0x01000193
  let power = 1
  for (let index = 1; index < size; index++) power = Math.imul(power, base)
  let hash = 0
  for (let end = 0; end < hashes.length; end++) {
    const start = end - size
    if (start >= 0) hash = (hash - Math.imul(hashes[start] ?? 0, power)) | 0
    hash = (Math.imul(hash, base) + (hashes[end] ?? 0)) | 0
    const at = start + 1
    if (at >= 0 && (at === 0 || lines[at] !== lines[at - 1])) yield { at, hash }
  }
}

function longest(files: readonly ComparedFile[], known: readonly Spot[], spot: Spot, minTokens: number) {
  let best: { first: Spot; length: number } | undefined
  for (const first of known) {
    const length = commonLength(files, first, spot)
    if (length >= minTokens && length > (best?.length ?? 0)) best = { first, length }
  }
  return best
}

/** Two places of one file do not overlap. */
function commonLength(files: readonly ComparedFile[], a: Spot, b: Spot): number {
  const [left, right] = [files[a.file]?.tokens.hashes, files[b.file]?.tokens.hashes]
  if (!left || !right) return 0
  const limit = Math.min(a.file === b.file ? b.at - a.at : left.length - a.at, right.length - b.at)
  let length = 0
  while (length < limit && left[a.at + length] === right[b.at + length]) length++
  return length
}

/** What is copied a third time may be a part of the second copy: then it is a class of its own. */
function addTo(classes: Map<string, Class>, first: Spot, spot: Spot, length: number): void {
  const key = `${first.file} ${first.at}`
  const known = classes.get(key)
  if (known && length >= known.length * 0.8) {
    known.spots.push(spot)
    known.length = Math.min(known.length, length)
  } else if (known) {
    const own = `${key} ${length}`
    const shorter = classes.get(own) ?? { first, spots: [first], length }
    shorter.spots.push(spot)
    classes.set(own, shorter)
  } else classes.set(key, { first, spots: [first, spot], length })
}

function duplicateOf({ spots, length }: Class, files: readonly ComparedFile[]): Duplicate {
  const places = spots.flatMap(({ file, at }): readonly DuplicatePlace[] => {
    const source = files[file]
    if (!source) return []
    const line = source.tokens.lines[at] ?? 1
    return [{ file: source.file, line, endLine: source.tokens.lines[at + length - 1] ?? line }]
  })
  return { tokens: length, lines: Math.max(...places.map(({ line, endLine }) => endLine - line + 1)), places }
}
