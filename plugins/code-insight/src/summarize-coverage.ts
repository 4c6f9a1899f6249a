import type { TreeFile } from 'codex-kernel/plugin-api'
import { roleOf } from './code-file.ts'
import type { CoverageFormat, ParsedReport } from './coverage-formats.ts'
import { type FileCoverage, lineShare, mergeCoverage, type Share, uncoveredRanges } from './file-coverage.ts'

/** A file that was taken for a report. */
export interface ReadReport extends Partial<ParsedReport> {
  readonly file: string
  readonly modifiedMs: number
  readonly problem?: string
}

/** What `coverage_report` gives as data. Names are those of the wire. */
export interface CoverageSummary {
  /** Reports, those that count first. */
  readonly reports: readonly {
    readonly file: string
    readonly format: CoverageFormat | 'unknown'
    readonly written: string
    readonly files: number
    /** Sources in it that were changed after it was written. */
    readonly stale_sources: number
    readonly used: boolean
    readonly problem?: string
  }[]
  readonly totals: ShareOf & { readonly files: number; readonly functions: ShareOf; readonly branches: ShareOf }
  /** Most lines that did not run first. */
  readonly worst: readonly CoveredFile[]
  /** Functions that never ran, in the files with the most lines that did not. */
  readonly uncovered_functions: readonly { readonly file: string; readonly line: number; readonly name: string }[]
  readonly uncovered_function_count: number
  /** Sources that no report knows. */
  readonly unknown: { readonly count: number; readonly files: readonly string[] }
  /** Sources that are newer than the reports that have them. */
  readonly stale: { readonly count: number; readonly files: readonly string[] }
  /** Files of reports that are not in the code base. */
  readonly missing: { readonly count: number; readonly files: readonly string[] }
}

interface ShareOf {
  readonly covered: number
  readonly total: number
  readonly percent: number
}

interface CoveredFile extends ShareOf {
  readonly file: string
  /** Such as `3` and `7-12`; the first twelve. */
  readonly uncovered: readonly string[]
  readonly is_stale: boolean
}

/** File systems and checkouts keep times to the second or two. */
const toleranceMs = 2000
const detail: readonly CoverageFormat[] = [
  'istanbul',
  'lcov',
  'coverage.py',
  'jacoco',
  'cobertura',
  'go',
  'istanbul summary',
]

export function summarizeCoverage(
  reports: readonly ReadReport[],
  context: {
    readonly match: (path: string) => string | undefined
    readonly sources: ReadonlyMap<string, TreeFile>
    readonly asked: ReadonlySet<string> | undefined
    readonly maxFiles: number
  },
): CoverageSummary {
  const { match, sources, asked, maxFiles } = context
  // What says most counts; of the same, the newest.
  const ranked = reports.toSorted((a, b) => rank(a) - rank(b) || b.modifiedMs - a.modifiedMs)
  const known = new Map<string, { coverage: FileCoverage; report: ReadReport }>()
  const missing = new Set<string>()
  const used = new Set<ReadReport>()
  const seen = new Map<ReadReport, string[]>()
  for (const report of ranked) {
    for (const file of report.files ?? []) {
      const path = match(file.path)
      if (path === undefined) missing.add(file.path)
      if (path === undefined || !(asked?.has(path) ?? true)) continue
      seen.set(report, [...(seen.get(report) ?? []), path])
      const first = known.get(path)
      if (first && first.report.format !== report.format) continue
      used.add(report)
      known.set(
        path,
        first ? { coverage: mergeCoverage(first.coverage, file), report: first.report } : { coverage: file, report },
      )
    }
  }
  const isNewer = (path: string, report: ReadReport) =>
    (sources.get(path)?.modifiedMs ?? 0) > report.modifiedMs + toleranceMs
  const files = [...known].map(([file, { coverage, report }]) => ({
    file,
    coverage,
    ...share(lineShare(coverage)),
    is_stale: isNewer(file, report),
  }))
  const worst = files
    .filter(({ covered, total }) => covered < total)
    .toSorted((a, b) => b.total - b.covered - (a.total - a.covered) || (a.file < b.file ? -1 : 1))
  const never = worst.flatMap(({ file, coverage }) =>
    coverage.functions.filter(({ hits }) => hits === 0).map(({ name, line }) => ({ file, line, name })),
  )
  const functions = files.flatMap(({ coverage }) => coverage.functions)
  const unknown = [...sources.keys()].filter(
    (path) => roleOf(path) === 'source' && !known.has(path) && (asked?.has(path) ?? true),
  )
  return {
    reports: ranked.map((report) => ({
      file: report.file,
      format: report.format ?? 'unknown',
      written: new Date(report.modifiedMs).toISOString(),
      files: report.files?.length ?? 0,
      stale_sources: (seen.get(report) ?? []).filter((path) => isNewer(path, report)).length,
      used: used.has(report),
      ...(report.problem !== undefined && { problem: report.problem }),
    })),
    totals: {
      files: files.length,
      ...share(sum(files)),
      functions: share({ covered: functions.filter(({ hits }) => hits > 0).length, total: functions.length }),
      branches: share(sum(files.map(({ coverage }) => coverage.branches))),
    },
    worst: worst
      .slice(0, maxFiles)
      .map(({ coverage, ...file }) => ({ ...file, uncovered: uncoveredRanges(coverage).slice(0, 12) })),
    uncovered_functions: never.slice(0, maxFiles),
    uncovered_function_count: never.length,
    unknown: {
      count: known.size === 0 ? 0 : unknown.length,
      files: known.size === 0 ? [] : unknown.slice(0, maxFiles),
    },
    stale: listed(
      files.filter(({ is_stale }) => is_stale).map(({ file }) => file),
      maxFiles,
    ),
    missing: listed([...missing], maxFiles),
  }
}

function rank({ format }: ReadReport): number {
  return format === undefined ? detail.length : detail.indexOf(format)
}

function sum(shares: readonly Share[]): Share {
  return shares.reduce((all, { covered, total }) => ({ covered: all.covered + covered, total: all.total + total }), {
    covered: 0,
    total: 0,
  })
}

/** Rounded down, so that 100 means all. */
function share({ covered, total }: Share): ShareOf {
  return { covered, total, percent: total === 0 ? 0 : Math.floor((1000 * covered) / total) / 10 }
}

function listed(files: readonly string[], maxFiles: number) {
  return { count: files.length, files: files.toSorted().slice(0, maxFiles) }
}
