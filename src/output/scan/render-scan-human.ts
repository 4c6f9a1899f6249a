import type { Finding, Severity } from '../../plugin-api/index.ts'
import { severities } from '../../plugin-api/index.ts'
import { terminalLine, terminalText } from '../../plugin-api/terminal-text.ts'
import { type Colours, colours } from '../colours.ts'
import { codeFrame, type FrameLine } from './code-frame.ts'
import { gapsOf, gapText, leftOutTexts, noneText, plural, scannedTexts } from './describe-coverage.ts'
import { placeOf, type ScanDocument, type SourceTexts } from './scan-document.ts'

export interface HumanReportOptions {
  readonly colour: boolean
  /** Default `severity`. */
  readonly group?: 'severity' | 'file'
}

/** More are summed up by rule: nobody reads a thousand frames, and all of them are in the other formats. */
const maxShown = 100
const maxGaps = 10
const tabWidth = 4

/** The report of a scan for a person at a terminal. What code and rules say cannot drive the terminal. */
export function renderScanHuman(
  document: ScanDocument,
  sources: SourceTexts,
  { colour, group = 'severity' }: HumanReportOptions,
): string {
  const paint = colours(colour)
  const shown = document.findings.slice(0, maxShown)
  const rest = document.findings.slice(maxShown)
  const groups =
    group === 'severity'
      ? Map.groupBy(shown, ({ severity }) => severity.toUpperCase())
      : Map.groupBy(
          shown.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
          ({ file }) => file,
        )
  const sections = [...groups].map(([title, findings]) => {
    const heading = paint.bold(`${terminalLine(title)} (${findings.length})`)
    return [heading, ...findings.map((finding) => findingText(finding, sources, paint))].join('\n\n')
  })
  return `${[...sections, ...(rest.length > 0 ? [restText(rest, paint)] : []), scanSummary(document, paint)].join('\n\n')}\n`
}

function findingText(finding: Finding, sources: SourceTexts, paint: Colours): string {
  const { severity, confidence, rule, cwe, message, why, flow, fix } = finding
  const details = paint.dim([terminalLine(rule), ...cwe.map(terminalLine), `${confidence} confidence`].join('  '))
  const head = `${severityPaint(severity, paint)(severity)}  ${paint.bold(terminalLine(placeOf(finding)))}  ${details}`
  const labelled = (label: string, text: string): string =>
    `  ${paint.dim(label.padEnd(5))} ${terminalLine(text.replace(/\s+/g, ' ').trim())}`
  const frame = frameText(codeFrame(finding, sources.get(finding.file)), severityPaint(severity, paint), paint)
  return [
    head,
    `  ${terminalLine(message)}`,
    ...(frame.length > 0 ? ['', ...frame, ''] : []),
    ...flow.map((step, index) => {
      const where =
        step.file === finding.file ? `line ${step.range.start.line}` : `${step.file}, line ${step.range.start.line}`
      return labelled(index === 0 ? 'flow' : '', `${index === 0 ? '' : '→ '}${where}: ${step.message}`)
    }),
    ...(why === undefined ? [] : [labelled('why', why)]),
    ...(fix ? [labelled('fix', `${fix.description}${fix.edits.length > 0 ? ' (--fix does it)' : ''}`)] : []),
  ].join('\n')
}

function frameText(
  frame: readonly FrameLine[],
  paintMark: (text: string) => string,
  paint: Colours,
): readonly string[] {
  const width = Math.max(...frame.map(({ number }) => String(number ?? '').length), 0)
  // Of several lines the first has carets, which say where it begins; the others are marked at their edge.
  const first = frame.findIndex(({ mark }) => mark)
  return frame.flatMap(({ number, text, mark }, index) => {
    const gutter = number === undefined ? '⋮'.padStart(width) : String(number).padStart(width)
    const line = `  ${mark ? paintMark('>') : ' '} ${paint.dim(`${gutter} |`)} ${cells(text)}`.trimEnd()
    if (!mark || index !== first) return [line]
    const before = cellWidth(text.slice(0, mark.from))
    const carets = '^'.repeat(Math.max(1, cellWidth(text.slice(mark.from, mark.to))))
    return [line, `    ${' '.repeat(width)} ${paint.dim('|')} ${' '.repeat(before)}${paintMark(carets)}`]
  })
}

/** As it is shown: tabs as blanks, control characters visible. */
const cells = (text: string): string => terminalText(text.replaceAll('\t', ' '.repeat(tabWidth)))

/** Characters that take two cells (Unicode's East Asian Width W and F, and emoji). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu

function cellWidth(text: string): number {
  const shown = cells(text).replace(/\p{Mn}/gu, '')
  return [...shown].length + (shown.match(wide)?.length ?? 0)
}

/** Findings that are not shown one by one, by rule. */
export function restText(rest: readonly Finding[], paint: Colours): string {
  const byRule = [...Map.groupBy(rest, ({ rule }) => rule)].toSorted(([, a], [, b]) => b.length - a.length)
  const rows = byRule.map(([rule, own]) => `  ${String(own.length).padStart(6)}  ${terminalLine(rule)}`)
  const title = paint.bold(`And ${plural(rest.length, 'finding')} more, none worse than ${rest[0]?.severity}, by rule`)
  return [title, ...rows, '  All of them: --format json, sarif, markdown or html.'].join('\n')
}

/** How many findings there are, what was scanned, and what was not. */
export function scanSummary(document: ScanDocument, paint: Colours): string {
  const { counts, coverage, findings } = document
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => severityPaint(severity, paint)(`${counts[severity]} ${severity}`))
  const files = new Set(findings.map(({ file }) => file)).size
  const head =
    counts.total === 0
      ? (document.incomplete === undefined ? paint.green : paint.yellow)(noneText(document))
      : `${paint.bold(`${plural(counts.total, 'finding')} in ${plural(files, 'file')}`)}: ${parts.join(', ')}.`
  const gaps = coverage ? gapsOf(coverage) : []
  return [
    ...(document.incomplete === undefined ? [] : [paint.red(`Not complete: ${terminalLine(document.incomplete)}`)]),
    head,
    ...(coverage ? scannedTexts(coverage) : []),
    ...leftOutTexts(document).map((text) => terminalLine(text)),
    ...(gaps.length > 0 ? ['Not scanned, or not as a whole:'] : []),
    ...gaps.slice(0, maxGaps).map((gap) => `  ${terminalLine(gapText(gap))}`),
    ...(gaps.length > maxGaps ? [`  … and ${gaps.length - maxGaps} more.`] : []),
  ].join('\n')
}

function severityPaint(severity: Severity, paint: Colours): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return paint.red
  return severity === 'medium' ? paint.yellow : paint.cyan
}
