import type { Tree } from 'codex-kernel/plugin-api'
import { type Duplicate, findDuplicates, savedLines } from './find-duplicates.ts'
import type { FunctionMeasure } from './measure-functions.ts'
import type { TextMeasures } from './measure-text.ts'
import type { RuleLanguage } from './scan-rule.ts'
import { countSkipped, type FileOutcome, type Gap, listGaps, type ScanReport } from './summarize-scan.ts'

/** From here on functions count as hard to follow, long and so on; 15 is the default of the measure's authors. */
const limits = { cognitive: 15, codeLines: 60, parameters: 5, nesting: 4 } as const
const maxFiles = 10
const measuredLanguages = ['javascript', 'typescript', 'python', 'go', 'java', 'bash'] as const

export interface MetricsOptions {
  readonly max_functions: number
  readonly max_duplicates: number
  readonly min_tokens: number
  readonly with_tests: boolean
}

/** What `code_metrics` gives as data. Names are those of the wire. */
export interface MetricsReport {
  /** The most complex first. */
  readonly functions: readonly {
    readonly file: string
    readonly line: number
    readonly end_line: number
    readonly name: string
    readonly language: RuleLanguage
    readonly cognitive: number
    readonly cyclomatic: number
    readonly nesting: number
    readonly parameters: number
    readonly code_lines: number
    readonly lines: number
    readonly in_tests: boolean
  }[]
  /** Of files that hold no tests. */
  readonly totals: Readonly<
    Record<
      | 'functions'
      | 'code_lines'
      | 'over_15'
      | 'over_60_lines'
      | 'over_5_parameters'
      | 'over_4_nesting'
      | 'cognitive_median'
      | 'cognitive_p95',
      number
    >
  >
  readonly files: Readonly<Record<'measured' | (typeof measuredLanguages)[number], number>>
  /** Of files that hold no tests, the longest first. */
  readonly largest_files: readonly {
    readonly file: string
    readonly language: RuleLanguage
    readonly code_lines: number
    readonly functions: number
    readonly cognitive: number
  }[]
  /** Those that would save most lines first. */
  readonly duplicates: readonly {
    readonly tokens: number
    readonly lines: number
    readonly copies: number
    readonly saved_lines: number
    readonly across_files: boolean
    readonly in_tests: boolean
    readonly places: readonly { readonly file: string; readonly line: number; readonly end_line: number }[]
    readonly snippet: string
  }[]
  readonly duplication: Readonly<Record<'duplicates' | 'duplicated_lines' | 'duplicated_percent', number>>
  readonly skipped: Omit<
    ScanReport['skipped'],
    'suppressed' | 'suppressions_ignored' | 'suppressions_untrusted' | 'disabled' | 'disabled_ignored'
  >
  readonly gaps: readonly Gap[]
  readonly truncated: boolean
}

interface MeasuredFile {
  readonly file: string
  readonly language: RuleLanguage
  readonly isTest: boolean
  readonly measures: TextMeasures
}

/** Puts the measures of files together; snippets are still empty. */
export function summarizeMetrics(
  trees: readonly Tree[],
  outcomes: readonly FileOutcome[],
  options: MetricsOptions,
): MetricsReport {
  const all = outcomes
    .flatMap((outcome): readonly MeasuredFile[] =>
      'measures' in outcome && outcome.measures
        ? [{ file: outcome.file, language: outcome.language, isTest: outcome.isTest, measures: outcome.measures }]
        : [],
    )
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const sources = all.filter(({ isTest }) => !isTest)
  const listed = options.with_tests ? all : sources
  const functions = listed.flatMap((file) => file.measures.functions.map((fn) => ({ fn, file })))
  const duplicates = findDuplicates(
    listed.map(({ file, measures }) => ({ file, tokens: measures.tokens })),
    options.min_tokens,
  )
  const tests = new Set(all.filter(({ isTest }) => isTest).map(({ file }) => file))
  const {
    suppressed: _,
    suppressions_ignored: __,
    suppressions_untrusted: ___,
    ...skipped
  } = countSkipped(trees, outcomes)
  return {
    functions: functions
      .toSorted((a, b) => byComplexity(a.fn, b.fn))
      .slice(0, options.max_functions)
      .map(({ fn, file }) => functionEntry(fn, file)),
    totals: totalsOf(sources),
    files: countFiles(all),
    largest_files: sources
      .toSorted((a, b) => b.measures.codeLines - a.measures.codeLines)
      .slice(0, maxFiles)
      .map(fileEntry),
    duplicates: duplicates.slice(0, options.max_duplicates).map((each) => duplicateEntry(each, tests)),
    duplication: duplicationOf(duplicates, listed),
    skipped,
    gaps: listGaps(outcomes),
    truncated: trees.some((tree) => tree.truncated),
  }
}

function byComplexity(a: FunctionMeasure, b: FunctionMeasure): number {
  return shownCognitive(b) - shownCognitive(a) || b.cyclomatic - a.cyclomatic || b.codeLines - a.codeLines
}

/** What is counted in an outer function is no second entry of its own. */
const shownCognitive = (fn: FunctionMeasure): number => (fn.isInside ? 0 : fn.cognitive)

function functionEntry(
  fn: FunctionMeasure,
  { file, language, isTest }: MeasuredFile,
): MetricsReport['functions'][number] {
  return {
    ...{ file, line: fn.line, end_line: fn.endLine, name: fn.name ?? '(without a name)', language },
    ...{ cognitive: fn.cognitive, cyclomatic: fn.cyclomatic, nesting: fn.nesting, parameters: fn.parameters },
    ...{ code_lines: fn.codeLines, lines: fn.endLine - fn.line + 1, in_tests: isTest },
  }
}

function totalsOf(files: readonly MeasuredFile[]): MetricsReport['totals'] {
  const functions = files.flatMap(({ measures }) => measures.functions)
  const cognitive = functions.map(shownCognitive).toSorted((a, b) => a - b)
  const over = (value: (fn: FunctionMeasure) => number, limit: number): number =>
    functions.filter((fn) => value(fn) > limit).length
  return {
    functions: functions.length,
    code_lines: files.reduce((sum, { measures }) => sum + measures.codeLines, 0),
    over_15: over(shownCognitive, limits.cognitive),
    over_60_lines: over(({ codeLines }) => codeLines, limits.codeLines),
    over_5_parameters: over(({ parameters }) => parameters, limits.parameters),
    over_4_nesting: over(({ nesting }) => nesting, limits.nesting),
    cognitive_median: cognitive[Math.floor(cognitive.length / 2)] ?? 0,
    cognitive_p95: cognitive[Math.floor(cognitive.length * 0.95)] ?? 0,
  }
}

function countFiles(files: readonly MeasuredFile[]): MetricsReport['files'] {
  const of = (language: RuleLanguage): number => files.filter((file) => file.language === language).length
  return {
    measured: files.length,
    ...{ javascript: of('javascript'), typescript: of('typescript'), python: of('python') },
    ...{ go: of('go'), java: of('java'), bash: of('bash') },
  }
}

function fileEntry({ file, language, measures }: MeasuredFile): MetricsReport['largest_files'][number] {
  const { codeLines, functions } = measures
  const cognitive = functions.reduce((sum, fn) => sum + shownCognitive(fn), 0)
  return { file, language, code_lines: codeLines, functions: functions.length, cognitive }
}

function duplicateEntry(duplicate: Duplicate, tests: ReadonlySet<string>): MetricsReport['duplicates'][number] {
  const { tokens, lines, places } = duplicate
  return {
    ...{ tokens, lines, copies: places.length, saved_lines: savedLines(duplicate) },
    across_files: new Set(places.map(({ file }) => file)).size > 1,
    in_tests: places.every(({ file }) => tests.has(file)),
    places: places.map(({ file, line, endLine }) => ({ file, line, end_line: endLine })),
    snippet: '',
  }
}

/** Lines that a duplicate covers count once, also where duplicates lie in each other. */
function duplicationOf(duplicates: readonly Duplicate[], files: readonly MeasuredFile[]): MetricsReport['duplication'] {
  const covered = new Map<string, Set<number>>()
  for (const { file, line, endLine } of duplicates.flatMap(({ places }) => places)) {
    const lines = covered.get(file) ?? new Set()
    for (let each = line; each <= endLine; each++) lines.add(each)
    covered.set(file, lines)
  }
  const duplicated = [...covered.values()].reduce((sum, lines) => sum + lines.size, 0)
  const codeLines = files.reduce((sum, { measures }) => sum + measures.codeLines, 0)
  const percent = codeLines === 0 ? 0 : Math.min(100, Math.round((1000 * duplicated) / codeLines) / 10)
  return { duplicates: duplicates.length, duplicated_lines: duplicated, duplicated_percent: percent }
}
