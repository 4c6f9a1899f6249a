import { type Category, confidences, type Finding, type Severity, severities, type Tree } from 'codex-kernel/plugin-api'
import type { ChosenRules } from './choose-rules.ts'
import { countByCategory, groupByRule, type RuleGroup } from './group-findings.ts'
import { languageOfName } from './language-of.ts'
import type { PoolScan } from './scan-pool.ts'
import type { RuleLanguage } from './scan-rule.ts'
import type { TextScan } from './scan-text.ts'
import type { SkipReason } from './skip-reason.ts'

/** Why a file was not scanned, or not as a whole. */
type LeftOut = SkipReason | 'excluded' | 'unreadable' | 'unscannable'

/** A file that rules ran over. */
export interface ScannedFile {
  readonly file: string
  readonly language: RuleLanguage
  readonly findings: readonly Finding[]
  readonly suppressed: number
  readonly suppressionsIgnored: number
  /** How many of these only because the repository is not trusted. */
  readonly suppressionsUntrusted: number
  /** Line of the first text that is no code of the language. */
  readonly syntaxErrorLine?: number
  readonly brokenRules: TextScan['brokenRules']
  readonly stopped: PoolScan['stopped']
  readonly isTest: boolean
  /** Present where it was asked for, and the language has functions. */
  readonly measures?: TextScan['measures']
  /** True where some of its bytes are no UTF-8. */
  readonly hasInvalidText: boolean
}

export type FileOutcome = ScannedFile | { readonly file: string; readonly skipped: LeftOut; readonly problem?: string }

/** A file of which something was not scanned. */
export interface Gap {
  readonly file: string
  readonly reason:
    | 'denied'
    | 'too_large'
    | 'minified'
    | 'binary'
    | 'unreadable'
    | 'unscannable'
    | 'syntax_error'
    | 'time_limit'
    | 'invalid_utf8'
  readonly line?: number
  /** The rule that did not come to its end. */
  readonly rule?: string
  readonly problem?: string
}

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
      | LeftOut
      | 'too_large'
      | 'denied'
      | 'syntax_errors'
      | 'invalid_utf8'
      | 'time_limit'
      | 'suppressed'
      | 'suppressions_ignored'
      | 'suppressions_untrusted'
      // Findings that settings leave out, and settings of a repository that is not trusted.
      | 'disabled'
      | 'disabled_ignored',
      number
    >
  >
  /** The files behind these numbers, but for vendored and generated ones. */
  readonly gaps: readonly Gap[]
  readonly by_category: Readonly<Record<Category, number>>
  /** By rule: the most severe, then the most frequent first. */
  readonly groups_by_rule: readonly RuleGroup[]
  readonly rules: number
  /** Rules that the settings leave out. */
  readonly disabled_rules: readonly string[]
  /** Rules that did not run, and why: mostly the words of the parser. */
  readonly broken_rules: readonly { readonly rule: string; readonly problem: string }[]
  /** True where the tree had more files than a scan takes. */
  readonly truncated: boolean
}

export function summarizeScan(
  trees: readonly Tree[],
  outcomes: readonly FileOutcome[],
  rules: ChosenRules,
  switches: Pick<ScanReport['skipped'], 'disabled' | 'disabled_ignored'>,
): ScanReport {
  const scans = outcomes.filter((outcome) => 'findings' in outcome)
  const findings = scans.flatMap((scan) => scan.findings).toSorted(byWeight)
  const groups = severities.flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity)
    return own.length > 0 ? [{ severity, count: own.length, findings: own }] : []
  })
  const countOf = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  const languageCount = (language: RuleLanguage): number => scans.filter((scan) => scan.language === language).length
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
      go: languageCount('go'),
      java: languageCount('java'),
      bash: languageCount('bash'),
      html: languageCount('html'),
      dockerfile: languageCount('dockerfile'),
      yaml: languageCount('yaml'),
      workflow: languageCount('workflow'),
    },
    by_category: countByCategory(findings),
    groups_by_rule: groupByRule(findings),
    skipped: { ...countSkipped(trees, outcomes), ...switches },
    gaps: [...listGaps(outcomes), ...leftOutGaps(trees)],
    rules: rules.chosen.length,
    disabled_rules: rules.disabled,
    broken_rules: [
      ...rules.refused,
      ...[...new Map(scans.flatMap((scan) => scan.brokenRules))].map(([rule, problem]) => ({ rule, problem })),
    ],
    truncated: trees.some((tree) => tree.truncated),
  }
}

/** Files that were left out, or read with gaps, by reason. */
export function countSkipped(
  trees: readonly Tree[],
  outcomes: readonly FileOutcome[],
): Omit<ScanReport['skipped'], 'disabled' | 'disabled_ignored'> {
  const scans = outcomes.filter((outcome) => 'findings' in outcome)
  const skippedBy = (reason: string): number =>
    outcomes.filter((outcome) => 'skipped' in outcome && outcome.skipped === reason).length
  const sum = (of: (scan: ScannedFile) => number): number => scans.reduce((total, scan) => total + of(scan), 0)
  return {
    excluded: skippedBy('excluded'),
    vendored: skippedBy('vendored'),
    generated: skippedBy('generated'),
    minified: skippedBy('minified'),
    binary: skippedBy('binary'),
    unreadable: skippedBy('unreadable'),
    unscannable: skippedBy('unscannable'),
    too_large: trees.reduce((total, tree) => total + tree.skipped.tooLarge, 0),
    denied: trees.reduce((total, tree) => total + tree.skipped.denied, 0),
    syntax_errors: sum((scan) => (scan.syntaxErrorLine === undefined ? 0 : 1)),
    invalid_utf8: sum((scan) => (scan.hasInvalidText ? 1 : 0)),
    time_limit: sum((scan) => (scan.stopped.length > 0 ? 1 : 0)),
    suppressed: sum((scan) => scan.suppressed),
    suppressions_ignored: sum((scan) => scan.suppressionsIgnored),
    suppressions_untrusted: sum((scan) => scan.suppressionsUntrusted),
  }
}

/** Files that no tree has, as far as they could be code; what is protected is named whatever it is. */
function leftOutGaps(trees: readonly Tree[]): readonly Gap[] {
  const all = trees.flatMap(({ leftOut = [] }) => leftOut)
  const named = new Map(all.map(({ relativePath: file, reason }) => [file, reason]))
  return [...named]
    .filter(([file, reason]) => reason !== 'too_large' || typeof languageOfName(file) === 'object')
    .map(([file, reason]) => ({ file, reason }))
}

/** The files behind these numbers, but for vendored and generated ones. */
export function listGaps(outcomes: readonly FileOutcome[]): readonly Gap[] {
  return outcomes.flatMap(gapsOf).toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
}

function gapsOf(outcome: FileOutcome): readonly Gap[] {
  const { file } = outcome
  if ('skipped' in outcome) {
    const { skipped: reason, problem } = outcome
    if (reason === 'vendored' || reason === 'generated' || reason === 'excluded') return []
    return [{ file, reason, ...(problem === undefined ? {} : { problem }) }]
  }
  const { syntaxErrorLine: line, hasInvalidText, stopped } = outcome
  return [
    ...(line === undefined ? [] : [{ file, reason: 'syntax_error', line } as const]),
    ...(hasInvalidText ? [{ file, reason: 'invalid_utf8' } as const] : []),
    ...stopped.map((one): Gap => ({ file, reason: 'time_limit', ...one })),
  ]
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
