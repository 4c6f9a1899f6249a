/** A place of a text: from `start` to before `end`, in UTF-16 units. */
interface Place {
  readonly start: number
  readonly end: number
}

/** A value that may have its first encoded character here: so many units of it stand before as they are. */
interface Candidate {
  readonly characters: readonly Character[]
  readonly unitsBefore: number
}

interface Character {
  readonly text: string
  /** As UTF-8. */
  readonly bytes: readonly number[]
}

/**
 * Gives a function that finds values in a text that have any of their characters percent-encoded (RFC 3986, 2.1), whichever these
 * are; in order, without overlaps. A text without `%` is not looked at; else the cost is that of its escapes, not of its length.
 */
export function createPercentFinder(values: readonly string[]): (text: string) => readonly Place[] {
  const longestFirst = [...new Set(values)].sort((a, b) => b.length - a.length)
  const candidates = indexed(longestFirst.map(charactersOf))
  return (text) => {
    const found: Place[] = []
    let done = 0
    for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', Math.max(at + 1, done))) {
      const byte = byteAt(text, at)
      if (byte === undefined) continue
      const before = at === 0 ? undefined : candidates.get(keyOf(text.charCodeAt(at - 1), byte))
      const place = placeAt(text, at, done, before) ?? placeAt(text, at, done, candidates.get(keyOf(undefined, byte)))
      if (!place) continue
      found.push(place)
      done = place.end
    }
    return found
  }
}

/** By the unit before the first encoded character, and the first byte that is encoded; few share both. */
function indexed(values: readonly (readonly Character[])[]): ReadonlyMap<number, readonly Candidate[]> {
  const candidates = new Map<number, Candidate[]>()
  for (const characters of values) {
    let unitsBefore = 0
    let before: string | undefined
    for (const { text, bytes } of characters) {
      for (const unit of before === ' ' ? [' ', '+'] : [before]) {
        const key = keyOf(unit?.charCodeAt(unit.length - 1), bytes[0] ?? 0)
        candidates.set(key, [...(candidates.get(key) ?? []), { characters, unitsBefore }])
      }
      unitsBefore += text.length
      before = text
    }
  }
  return candidates
}

function keyOf(unitBefore: number | undefined, byte: number): number {
  return unitBefore === undefined ? byte : (unitBefore + 1) * 256 + byte
}

function charactersOf(value: string): readonly Character[] {
  return Array.from(value, (text) => ({ text, bytes: [...Buffer.from(text)] }))
}

function placeAt(text: string, at: number, done: number, candidates: readonly Candidate[] = []): Place | undefined {
  for (const { characters, unitsBefore } of candidates) {
    const start = at - unitsBefore
    const end = start < done ? undefined : endOf(characters, text, start)
    if (end !== undefined) return { start, end }
  }
  return undefined
}

/** Where a value that begins there ends; undefined where another text stands there. */
function endOf(characters: readonly Character[], text: string, start: number): number | undefined {
  let at = start
  for (const character of characters) {
    // Forms write a space as `+`.
    if (text.startsWith(character.text, at) || (character.text === ' ' && text[at] === '+')) {
      at += character.text.length
      continue
    }
    for (const byte of character.bytes) {
      if (byteAt(text, at) !== byte) return undefined
      at += 3
    }
  }
  return at
}

/** The byte that is encoded there; undefined where none is. */
function byteAt(text: string, at: number): number | undefined {
  if (text[at] !== '%') return undefined
  const [high, low] = [digitOf(text.charCodeAt(at + 1)), digitOf(text.charCodeAt(at + 2))]
  return high === undefined || low === undefined ? undefined : high * 16 + low
}

/** The value of a hexadecimal digit of either case. */
function digitOf(unit: number): number | undefined {
  if (unit >= 48 && unit <= 57) return unit - 48
  const small = unit | 32
  return small >= 97 && small <= 102 ? small - 87 : undefined
}
