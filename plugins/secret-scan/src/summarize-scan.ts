import { confidences, type Finding, type Severity, severities } from 'codex-kernel/plugin-api'
import type { HistoryScan } from './scan-history.ts'
import type { TreeScan, TreeSkips } from './scan-tree.ts'

/** What `secret_scan` gives as data. Names are those of the wire, and of `code_scan` where they mean the same. */
export interface SecretReport {
  /** By severity, then confidence, file and position. */
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<Severity | 'total' | 'files', number>>
  readonly groups: readonly {
    readonly severity: Severity
    readonly count: number
    readonly findings: readonly Finding[]
  }[]
  readonly files: { readonly scanned: number; readonly with_findings: number }
  readonly skipped: TreeSkips
  /** Files that were not looked at, and why; the first hundred. */
  readonly gaps: TreeScan['gaps']
  readonly truncated: boolean
  /** Absent where it was not asked for. */
  readonly history?: {
    readonly commits: number
    /** Findings of secrets that are in no file now. */
    readonly findings: number
    readonly still_there: number
    readonly skipped: { readonly binary: number; readonly denied: number }
    /** Why older commits, or parts of some, were not read. */
    readonly stopped?: string
  }
}

export function summarizeScan(tree: TreeScan, history: HistoryScan | undefined): SecretReport {
  const inFiles = tree.secrets.map(({ finding }) => finding)
  const findings = [...inFiles, ...(history?.findings ?? [])].toSorted(byWeight)
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity)
  const files = new Set(findings.map(({ file }) => file)).size
  return {
    findings,
    counts: {
      critical: of('critical').length,
      high: of('high').length,
      medium: of('medium').length,
      low: of('low').length,
      info: of('info').length,
      total: findings.length,
      files,
    },
    groups: severities.flatMap((severity) => {
      const own = of(severity)
      return own.length > 0 ? [{ severity, count: own.length, findings: own }] : []
    }),
    files: { scanned: tree.scanned, with_findings: new Set(inFiles.map(({ file }) => file)).size },
    skipped: tree.skipped,
    gaps: tree.gaps,
    truncated: tree.truncated,
    ...(history && {
      history: {
        commits: history.end.commits,
        findings: history.findings.length,
        still_there: history.stillThere,
        skipped: history.end.skipped,
        ...(history.end.stopped && { stopped: stopReasons[history.end.stopped] }),
      },
    }),
  }
}

const stopReasons = {
  no_repository: 'there is no repository here, or git is not installed',
  commits: 'there are more commits than one scan reads',
  bytes: 'the changes are larger than what one scan reads',
  time: 'the time was up',
} as const

function byWeight(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column
  )
}
