/** What a report says of one file. */
export interface FileCoverage {
  /** As the report has it. */
  readonly path: string
  /** How often each line that can run did; empty where the report has totals alone. */
  readonly lines: ReadonlyMap<number, number>
  readonly functions: readonly { readonly name: string; readonly line: number; readonly hits: number }[]
  readonly branches: Share
  /** Where there are no lines. */
  readonly totals?: Share
}

export interface Share {
  readonly covered: number
  readonly total: number
}

/** Lines of a file, and what they add up to. */
export function lineShare({ lines, totals }: FileCoverage): Share {
  if (lines.size === 0) return totals ?? { covered: 0, total: 0 }
  return { covered: [...lines.values()].filter((hits) => hits > 0).length, total: lines.size }
}

/** The same file in two reports of one format: a line that ran in either ran. */
export function mergeCoverage(a: FileCoverage, b: FileCoverage): FileCoverage {
  const lines = new Map(a.lines)
  for (const [line, hits] of b.lines) lines.set(line, Math.max(hits, lines.get(line) ?? 0))
  const key = ({ name, line }: { name: string; line: number }) => `${name}:${line}`
  const functions = new Map(a.functions.map((each) => [key(each), each]))
  for (const each of b.functions) {
    functions.set(key(each), { ...each, hits: Math.max(each.hits, functions.get(key(each))?.hits ?? 0) })
  }
  const branches = a.branches.covered >= b.branches.covered ? a.branches : b.branches
  const totals = (a.totals?.covered ?? 0) >= (b.totals?.covered ?? 0) ? a.totals : b.totals
  return { path: a.path, lines, functions: [...functions.values()], branches, ...(totals && { totals }) }
}

/** `3, 7-12`: lines that did not run. Lines between two of them that cannot run are taken in. */
export function uncoveredRanges({ lines }: FileCoverage): readonly string[] {
  const ranges: { from: number; to: number }[] = []
  let isOpen = false
  for (const [line, hits] of [...lines].toSorted(([a], [b]) => a - b)) {
    const last = ranges.at(-1)
    if (hits > 0) isOpen = false
    else if (isOpen && last) last.to = line
    else {
      ranges.push({ from: line, to: line })
      isOpen = true
    }
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`))
}
