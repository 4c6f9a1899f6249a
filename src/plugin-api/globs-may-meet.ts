/**
 * Whether two globs of paths may match the same file, or one a folder around it. Errs on the side of yes: a part with a wildcard is compared by
 * its plain beginning and end alone, and upper and lower case are one, as on many file systems.
 */
export function globsMayMeet(a: string, b: string): boolean {
  return meet(partsOf(a), partsOf(b))
}

/** Many names of folders at once. */
const anyDepth = '**'

function partsOf(glob: string): readonly string[] {
  const plain = glob.toLowerCase().replaceAll('\\', '/')
  // A list in braces may hold several folders, and a glob that excludes matches all the rest.
  if (/^!|[{(][^})]*\//.test(plain)) return [anyDepth]
  const parts = plain.split('/').filter((part) => part !== '' && part !== '.')
  return parts.map((part) => (part.includes('**') ? anyDepth : part))
}

/** What is left of either is below the other: who may write a folder may write what is in it. */
function meet(a: readonly string[], b: readonly string[]): boolean {
  const [first, ...restOfA] = a
  const [second, ...restOfB] = b
  if (first === undefined || second === undefined) return true
  if (first === anyDepth) return b.some((_, index) => meet(restOfA, b.slice(index))) || restOfA.length === 0
  if (second === anyDepth) return meet(b, a)
  return partsMeet(first, second) && meet(restOfA, restOfB)
}

const wildcard = /[*?[\]{}()!+@|\\]/

function partsMeet(a: string, b: string): boolean {
  if (!wildcard.test(a) && !wildcard.test(b)) return a === b
  const [beginA, beginB] = [beginning(a), beginning(b)]
  const [endA, endB] = [end(a), end(b)]
  return (beginA.startsWith(beginB) || beginB.startsWith(beginA)) && (endA.endsWith(endB) || endB.endsWith(endA))
}

/** Up to the first sign that stands for something else. `a?(b)` begins with `a`, `[ab]c` and `{a,b}` with nothing. */
function beginning(part: string): string {
  return part.slice(0, Math.max(0, part.search(wildcard) === -1 ? part.length : part.search(wildcard)))
}

function end(part: string): string {
  return /[^*?[\]{}()!+@|\\]*$/.exec(part)?.[0] ?? ''
}
