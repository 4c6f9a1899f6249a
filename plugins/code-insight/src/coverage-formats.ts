import type { FileCoverage, Share } from './file-coverage.ts'
import { readCobertura } from './read-cobertura.ts'
import { readIstanbul, readIstanbulSummary } from './read-istanbul.ts'
import { readJacoco } from './read-jacoco.ts'
import { readLcov } from './read-lcov.ts'

export type CoverageFormat = 'lcov' | 'istanbul' | 'istanbul summary' | 'coverage.py' | 'cobertura' | 'go' | 'jacoco'

export interface ParsedReport {
  readonly format: CoverageFormat
  readonly files: readonly FileCoverage[]
}

const none: Share = { covered: 0, total: 0 }

/** A coverage report of any of the formats, told by its text; undefined for what is none. */
export function parseCoverage(text: string): ParsedReport | undefined {
  if (/^(?:TN:.*\r?\n)?SF:/m.test(text.slice(0, 2000))) return { format: 'lcov', files: readLcov(text) }
  if (/^mode: (?:set|count|atomic)\b/.test(text)) return { format: 'go', files: readGoProfile(text) }
  const start = text.trimStart().slice(0, 4000)
  if (start.startsWith('{')) return parseJson(text)
  if (/<report\b/.test(start) && /jacoco|<sessioninfo|<package|<group/i.test(start))
    return { format: 'jacoco', files: readJacoco(text) }
  if (/<coverage\b/.test(start)) return { format: 'cobertura', files: readCobertura(text) }
  return undefined
}

function parseJson(text: string): ParsedReport | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  if (!isTable(value)) return undefined
  if (isTable(value.meta) && isTable(value.files)) return { format: 'coverage.py', files: readCoveragePy(value.files) }
  const [first] = Object.values(value)
  if (isTable(first) && isTable(first.statementMap)) return { format: 'istanbul', files: readIstanbul(value) }
  if (isTable(value.total) && isTable(value.total.lines))
    return { format: 'istanbul summary', files: readIstanbulSummary(value) }
  return undefined
}

/** `coverage json`: docs of coverage.py, "JSON reporting". */
function readCoveragePy(files: Readonly<Record<string, unknown>>): readonly FileCoverage[] {
  return Object.entries(files).flatMap(([path, file]): FileCoverage[] => {
    if (!isTable(file)) return []
    const lines = new Map([
      ...numbers(file.executed_lines).map((line) => [line, 1] as const),
      ...numbers(file.missing_lines).map((line) => [line, 0] as const),
    ])
    const summary = isTable(file.summary) ? file.summary : {}
    const branches = { covered: Number(summary.covered_branches ?? 0), total: Number(summary.num_branches ?? 0) }
    const functions = Object.entries(isTable(file.functions) ? file.functions : {}).flatMap(([name, own]) => {
      if (name === '' || !isTable(own)) return []
      const [executed, missing] = [numbers(own.executed_lines), numbers(own.missing_lines)]
      const line = Number(own.start_line ?? Math.min(...executed, ...missing))
      return Number.isFinite(line) ? [{ name, line, hits: executed.length }] : []
    })
    return [{ path, lines, functions, branches }]
  })
}

/** `go test -coverprofile`: `file:line.col,line.col statements count`. */
function readGoProfile(text: string): readonly FileCoverage[] {
  const files = new Map<string, Map<number, number>>()
  for (const [, path = '', from = '0', to = '0', count = '0'] of text.matchAll(
    /^(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)\r?$/gm,
  )) {
    const lines = files.get(path) ?? new Map<number, number>()
    files.set(path, lines)
    for (let line = Number(from); line <= Math.min(Number(to), Number(from) + 10_000); line++) {
      lines.set(line, Math.max(Number(count), lines.get(line) ?? 0))
    }
  }
  return [...files].map(([path, lines]) => ({ path, lines, functions: [], branches: none }))
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'number') : []
}
