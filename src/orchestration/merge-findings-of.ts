import type { Finding } from '../plugin-api/index.ts'
import { mergeFindings } from '../plugin-api/merge-findings.ts'
import type { MergedResult } from '../plugin-api/run.ts'
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
 * `mergeFindings` takes as one. The gravest first, then by file and line.
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
  return once
    .map(({ finding, same }): FoundOnce => {
      const by = [finding, ...same].flatMap((each) => byPlace.get(placeOf(each))?.by ?? [])
      return { finding, tasks: distinct(by.map(({ task }) => task)), authors: distinct(by.map(({ agent }) => agent)) }
    })
    .toSorted((a, b) => order(a.finding, b.finding))
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
