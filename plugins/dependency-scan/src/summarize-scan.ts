import { confidences, type Finding, type Severity, severities, type Tree, type TreeFile } from 'codex-kernel/plugin-api'
import type { FileCheck } from './check-file.ts'
import { rules } from './rules.ts'

/** What `dependency_scan` gives as data. Names are those of the wire, and of `code_scan` where they mean the same. */
export interface DependencyReport {
  /** By severity, then confidence, file and position. */
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<Severity | 'total' | 'files', number>>
  readonly groups: readonly {
    readonly severity: Severity
    readonly count: number
    readonly findings: readonly Finding[]
  }[]
  readonly files: { readonly scanned: number; readonly with_findings: number; readonly names: readonly string[] }
  /** Names of packages in manifests, and entries of lockfiles. */
  readonly packages: number
  /** Ids of all rules, each of which ran. */
  readonly rules: readonly string[]
  /** Files that could not be read, or do not parse. */
  readonly gaps: readonly { readonly file: string; readonly problem: string }[]
  readonly skipped: { readonly too_large: number; readonly denied: number }
  readonly truncated: boolean
}

type Result = Pick<FileCheck, 'packages' | 'problem'> & {
  readonly file: TreeFile
  readonly findings: readonly Finding[]
}

export function summarizeScan(trees: readonly Tree[], results: readonly Result[]): DependencyReport {
  const findings = results.flatMap((result) => result.findings).toSorted(byWeight)
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity)
  const files = new Set(findings.map(({ file }) => file)).size
  const read = results.filter(({ problem }) => problem === undefined)
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
    files: { scanned: read.length, with_findings: files, names: read.map(({ file }) => file.relativePath) },
    packages: results.reduce((sum, { packages }) => sum + packages, 0),
    rules: Object.keys(rules),
    gaps: results.flatMap(({ file, problem }) => (problem === undefined ? [] : [{ file: file.relativePath, problem }])),
    skipped: {
      too_large: trees.reduce((sum, tree) => sum + tree.skipped.tooLarge, 0),
      denied: trees.reduce((sum, tree) => sum + tree.skipped.denied, 0),
    },
    truncated: trees.some((tree) => tree.truncated),
  }
}

function byWeight(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    a.range.start.line - b.range.start.line ||
    (a.rule < b.rule ? -1 : 1)
  )
}
