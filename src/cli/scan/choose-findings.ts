import type { AcceptedFinding } from '../../output/scan/scan-document.ts'
import {
  type Category,
  type Finding,
  type MergedFinding,
  mergeFindings,
  type Severity,
  severities,
} from '../../plugin-api/index.ts'
import type { ChangedFile, ChangedLines } from '../../runtime/changed-lines.ts'

/** What of a scan a run asks for. */
export interface FindingChoice {
  /** Ids; empty: all rules. */
  readonly rules: readonly string[]
  /** Empty: all. */
  readonly categories: readonly Category[]
  readonly leastSeverity: Severity
  readonly changed?: ChangedLines | undefined
  /** Fingerprints that are accepted. */
  readonly baseline: ReadonlySet<string>
}

export interface ChosenFindings {
  readonly findings: readonly Finding[]
  readonly accepted: readonly AcceptedFinding[]
  /** How many each option leaves out. */
  readonly filtered: Readonly<Record<string, number>>
}

/** Parts findings into those that count, those that the baseline accepts, and the number that was not asked for. */
export function chooseFindings(all: readonly Finding[], choice: FindingChoice): ChosenFindings {
  const filtered = { rule: 0, category: 0, severity: 0, diff: 0 }
  const asked: MergedFinding[] = []
  for (const merged of mergeFindings(all)) {
    const { finding, same } = merged
    const each = [finding, ...same]
    if (choice.rules.length > 0 && !each.some(({ rule }) => choice.rules.includes(rule))) filtered.rule++
    else if (choice.categories.length > 0 && !choice.categories.includes(finding.category ?? 'security'))
      filtered.category++
    else if (severities.indexOf(finding.severity) > severities.indexOf(choice.leastSeverity)) filtered.severity++
    else if (choice.changed && !isOnChangedLine(finding, choice.changed)) filtered.diff++
    else asked.push(merged)
  }
  const findings: Finding[] = []
  const accepted: AcceptedFinding[] = []
  for (const { finding, same } of asked) {
    // A baseline may have been written when another tool alone looked.
    const isAccepted = [finding, ...same].some(({ fingerprint }) => choice.baseline.has(fingerprint))
    if (isAccepted) accepted.push({ finding, by: 'baseline' })
    else findings.push(finding)
  }
  return { findings, accepted, filtered }
}

/** A change of any line that the value goes through can make an old line wrong. What an earlier commit holds is no change. */
function isOnChangedLine({ file, range, flow, commit }: Finding, { files }: ChangedLines): boolean {
  if (commit !== undefined) return false
  return [{ file, range }, ...flow].some((place) => touches(files.get(place.file), place.range))
}

function touches(changed: ChangedFile | undefined, { start, end }: Finding['range']): boolean {
  if (changed === undefined) return false
  return changed === 'all' || changed.some(({ from, to }) => start.line <= to && end.line >= from)
}
