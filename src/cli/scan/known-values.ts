import type { SecretPlace } from '../../security/secret-places.ts'

/** Shorter values would be found in words. */
const leastLength = 6

/** Gives a function that tells where any of some values stands in a text. One pass, whatever number of values there is. */
export function createValueFinder(values: Iterable<string>): (text: string) => readonly SecretPlace[] {
  const byBeginning = Map.groupBy(
    [...new Set(values)].filter(({ length }) => length >= leastLength),
    (value) => value.slice(0, leastLength),
  )
  // The longest first, so that no part of a longer one stays.
  for (const own of byBeginning.values()) own.sort((a, b) => b.length - a.length)
  return (text) => {
    const found: SecretPlace[] = []
    if (byBeginning.size === 0) return found
    for (let at = 0; at + leastLength <= text.length; at++) {
      const value = byBeginning.get(text.slice(at, at + leastLength))?.find((each) => text.startsWith(each, at))
      if (value !== undefined) found.push({ start: at, end: at + value.length })
    }
    return found
  }
}
