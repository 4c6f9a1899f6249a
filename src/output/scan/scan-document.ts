import { confidences, type Finding, type Severity, severities } from '../../plugin-api/index.ts'

/** A finding that does not count, and who says so. */
export interface AcceptedFinding {
  readonly finding: Finding
  readonly by: 'baseline' | 'comment'
  readonly reason?: string
}

/** A file, or a part of it, that was not looked at. */
export interface ScanGap {
  readonly file: string
  readonly reason: string
  readonly line?: number | undefined
  readonly rule?: string | undefined
  readonly problem?: string | undefined
}

/** What was looked at. Names are those of the wire. */
export interface ScanCoverage {
  /** What was looked for: `code`, `secrets`, `dependencies`. */
  readonly parts: readonly string[]
  /** Rules of code that ran; this and what follows is of code. */
  readonly rules: number
  /** `scanned`, `with_findings`, and files by language. */
  readonly files: Readonly<Record<string, number>>
  /** How many were left out, by reason; and comments that suppress, those that count and those that do not. */
  readonly skipped: Readonly<Record<string, number>>
  readonly gaps: readonly ScanGap[]
  /** Rules that the settings switch off. */
  readonly disabled_rules?: readonly string[] | undefined
  readonly broken_rules: readonly { readonly rule: string; readonly problem: string }[]
  /** True where there were more files than one scan takes, in any part. */
  readonly truncated: boolean
  /** Absent where secrets were not looked for. */
  readonly secrets?: SecretCoverage | undefined
  /** Absent where dependencies were not judged. */
  readonly dependencies?: DependencyCoverage | undefined
}

/** Where secrets were looked for. */
export interface SecretCoverage {
  readonly files: { readonly scanned: number }
  readonly skipped: Readonly<Record<string, number>>
  /** Files that were not looked at. */
  readonly gaps?: readonly ScanGap[]
  /** Absent where it was not asked for. */
  readonly history?:
    | {
        readonly commits: number
        /** Secrets of commits that stand in files still, and are told of there. */
        readonly still_there: number
        readonly skipped: Readonly<Record<string, number>>
        /** Why older commits were not read. */
        readonly stopped?: string | undefined
      }
    | undefined
}

/** Which manifests and lockfiles were judged. */
export interface DependencyCoverage {
  readonly files: { readonly scanned: number }
  /** Names in manifests, and entries of lockfiles. */
  readonly packages: number
  /** Ids of all its rules. */
  readonly rules: readonly string[]
  readonly gaps: readonly { readonly file: string; readonly problem: string }[]
  readonly skipped: Readonly<Record<string, number>>
}

/** Findings and what they rest on: what all renderers take, and what `--format json` prints. */
export interface ScanDocument {
  readonly version: 1
  readonly program: { readonly name: string; readonly version: string }
  /** ISO 8601, UTC. */
  readonly scanned_at: string
  /** Name of the folder of the repository. Absent where it is not known. */
  readonly project?: string
  /** As they were asked for; empty: the working directory. */
  readonly paths: readonly string[]
  /** The findings that count, worst first. */
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<Severity | 'total', number>>
  /** True where a baseline says which findings are known. Absent: none was named. */
  readonly compared_with_baseline?: boolean
  /** Findings that a baseline or a comment accepts. */
  readonly accepted: readonly AcceptedFinding[]
  /** How many findings the options of the run leave out, by option: `diff`, `severity`, `rule`. */
  readonly filtered: Readonly<Record<string, number>>
  /** What else a reader has to know, a sentence each. */
  readonly notes: readonly string[]
  /** Why findings may be missing, in a sentence: the run broke off, or a part of it failed. Absent: it came to its end. */
  readonly incomplete?: string
  /** Absent where only the findings are known, as in a thread. */
  readonly coverage?: ScanCoverage
}

/** The text of a file by the path that findings name, with secrets masked; undefined where it is not known. */
export type SourceTexts = ReadonlyMap<string, string>

/** Fills in what follows from the findings, and sorts them: by severity, confidence, file and place. */
export function scanDocument(facts: Omit<ScanDocument, 'version' | 'counts'>): ScanDocument {
  const findings = facts.findings.toSorted(byWeight)
  return { version: 1, ...facts, findings, counts: countFindings(findings) }
}

/** How many of each severity. */
export function countFindings(findings: readonly Finding[]): ScanDocument['counts'] {
  const countOf = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  return {
    critical: countOf('critical'),
    high: countOf('high'),
    medium: countOf('medium'),
    low: countOf('low'),
    info: countOf('info'),
    total: findings.length,
  }
}

/** `path:line:column`. */
export const placeOf = ({ file, range }: Pick<Finding, 'file' | 'range'>): string =>
  `${file}:${range.start.line}:${range.start.column}`

function byWeight(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
    compareTexts(a.file, b.file) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column ||
    compareTexts(a.rule, b.rule)
  )
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
