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

/**
 * What is left of either is below the other: who may write a folder may write what is in it. Each pair of ends is decided once, from the last
 * to the first, so that many `**` cost no more than their product.
 */
function meet(a: readonly string[], b: readonly string[]): boolean {
  const known: boolean[][] = Array.from({ length: a.length + 1 }, () => [])
  const at = (i: number, j: number) => known[i]?.[j] ?? false
  for (let i = a.length; i >= 0; i -= 1) {
    for (let j = b.length; j >= 0; j -= 1) {
      const [first, second] = [a[i], b[j]]
      const row = known[i] ?? []
      if (first === undefined || second === undefined) row[j] = true
      else if (first === anyDepth) row[j] = i + 1 === a.length || at(i + 1, j) || (j + 1 < b.length && at(i, j + 1))
      else if (second === anyDepth) row[j] = j + 1 === b.length || at(i, j + 1) || (i + 1 < a.length && at(i + 1, j))
      else row[j] = partsMeet(first, second) && at(i + 1, j + 1)
    }
  }
  return at(0, 0)
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
