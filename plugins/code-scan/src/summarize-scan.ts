import { confidences, type Finding, type Severity, severities, type Tree } from 'codex-kernel/plugin-api'
import type { RuleLanguage } from './scan-rule.ts'
import type { TextScan } from './scan-text.ts'
import type { SkipReason } from './skip-reason.ts'

export type FileOutcome =
  | { readonly language: RuleLanguage; readonly scan: TextScan }
  | { readonly skipped: SkipReason | 'unreadable' }

/** What `code_scan` gives as data. Names are those of the wire. */
export interface ScanReport {
  /** By severity, then confidence, file and position. */
  readonly findings: readonly Finding[]
  /** Findings by severity, with `total`. */
  readonly counts: Readonly<Record<Severity | 'total', number>>
  /** The severities that have findings, worst first. */
  readonly groups: readonly {
    readonly severity: Severity
    readonly count: number
    readonly findings: readonly Finding[]
  }[]
  /** Files that were read as code. */
  readonly files: { readonly scanned: number; readonly with_findings: number } & Readonly<Record<RuleLanguage, number>>
  /** Files that were left out, or read with gaps, by reason; and findings that comments take out. */
  readonly skipped: Readonly<
    Record<
      SkipReason | 'unreadable' | 'too_large' | 'denied' | 'syntax_errors' | 'suppressed' | 'suppressions_ignored',
      number
    >
  >
  readonly rules: number
  /** Rules that the parser refused, with its words. */
  readonly broken_rules: readonly { readonly rule: string; readonly problem: string }[]
  /** True where the tree had more files than a scan takes. */
  readonly truncated: boolean
}

export function summarizeScan(trees: readonly Tree[], outcomes: readonly FileOutcome[], rules: number): ScanReport {
  const scans = outcomes.flatMap((outcome) => ('scan' in outcome ? [outcome] : []))
  const findings = scans.flatMap(({ scan }) => scan.findings).toSorted(byWeight)
  const groups = severities.flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity)
    return own.length > 0 ? [{ severity, count: own.length, findings: own }] : []
  })
  const countOf = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  const skippedBy = (reason: string): number =>
    outcomes.filter((outcome) => 'skipped' in outcome && outcome.skipped === reason).length
  const languageCount = (language: RuleLanguage): number => scans.filter((scan) => scan.language === language).length
  const sum = (of: (scan: TextScan) => number): number => scans.reduce((total, { scan }) => total + of(scan), 0)
  return {
    findings,
    counts: {
      critical: countOf('critical'),
      high: countOf('high'),
      medium: countOf('medium'),
      low: countOf('low'),
      info: countOf('info'),
      total: findings.length,
    },
    groups,
    files: {
      scanned: scans.length,
      with_findings: new Set(findings.map((finding) => finding.file)).size,
      javascript: languageCount('javascript'),
      typescript: languageCount('typescript'),
      python: languageCount('python'),
    },
    skipped: {
      vendored: skippedBy('vendored'),
      generated: skippedBy('generated'),
      minified: skippedBy('minified'),
      unreadable: skippedBy('unreadable'),
      too_large: trees.reduce((total, tree) => total + tree.skipped.tooLarge, 0),
      denied: trees.reduce((total, tree) => total + tree.skipped.denied, 0),
      syntax_errors: sum((scan) => (scan.hasSyntaxErrors ? 1 : 0)),
      suppressed: sum((scan) => scan.suppressed),
      suppressions_ignored: sum((scan) => scan.suppressionsIgnored),
    },
    rules,
    broken_rules: [...new Map(scans.flatMap(({ scan }) => [...scan.brokenRules]))].map(([rule, problem]) => ({
      rule,
      problem,
    })),
    truncated: trees.some((tree) => tree.truncated),
  }
}

function byWeight(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column
  )
}
