import type { Finding } from '../plugin-api/index.ts'
import { mergeFindings } from '../plugin-api/merge-findings.ts'
import type { MergedResult } from '../plugin-api/run.ts'
import { isSameFlaw } from '../plugin-api/same-flaw.ts'
import { severities } from '../plugin-api/severity.ts'

/** What one task found. */
export interface FoundByTask {
  readonly task: string
  readonly agent: string
  readonly findings: readonly Finding[]
}

type FoundOnce = MergedResult['findings'][number]

/**
 * One finding for each flaw, with all tasks and agents that reported it: the same rule at the same place is the same flaw, and so is what
 * `mergeFindings` takes as one, and what different agents claim of the same lines. The gravest first, then by file and line.
 */
export function mergeFindingsOf(found: readonly FoundByTask[]): readonly FoundOnce[] {
  const byPlace = new Map<string, { readonly finding: Finding; readonly by: FoundByTask[] }>()
  for (const each of found) {
    for (const finding of each.findings) {
      const key = placeOf(finding)
      const known = byPlace.get(key)
      if (known) known.by.push(each)
      else byPlace.set(key, { finding, by: [each] })
    }
  }
  const once = mergeFindings([...byPlace.values()].map(({ finding }) => finding))
  const flaws = once.map(({ finding, same }): FoundOnce => {
    const by = [finding, ...same].flatMap((each) => byPlace.get(placeOf(each))?.by ?? [])
    return { finding, tasks: distinct(by.map(({ task }) => task)), authors: distinct(by.map(({ agent }) => agent)) }
  })
  const byFile = Map.groupBy(
    flaws.toSorted((a, b) => order(a.finding, b.finding)),
    ({ finding }) => finding.file,
  )
  return [...byFile.values()].flatMap(withoutRepeats).toSorted((a, b) => order(a.finding, b.finding))
}

/** What one agent tells apart stays apart. @param flaws of one file, the gravest first: of several, that one is kept */
function withoutRepeats(flaws: readonly FoundOnce[]): readonly FoundOnce[] {
  const kept: FoundOnce[] = []
  for (const flaw of flaws) {
    const index = kept.findIndex(
      (each) => isSameFlaw(each.finding, flaw.finding) && !each.authors.some((author) => flaw.authors.includes(author)),
    )
    const same = kept[index]
    if (same === undefined) kept.push(flaw)
    else
      kept[index] = {
        finding: same.finding,
        tasks: distinct([...same.tasks, ...flaw.tasks]),
        authors: distinct([...same.authors, ...flaw.authors]),
      }
  }
  return kept
}

/** The same for findings of the same rule at the same place. */
export const placeOf = ({ rule, file, range, commit = '' }: Finding): string =>
  JSON.stringify([rule, file, range.start.line, range.start.column, commit])

const distinct = (names: readonly string[]): string[] => [...new Set(names)]

function order(a: Finding, b: Finding): number {
  const graver = severities.indexOf(a.severity) - severities.indexOf(b.severity)
  if (graver !== 0) return graver
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.range.start.line - b.range.start.line
}
