import type { Finding, ToolOutput } from 'codex-kernel/plugin-api'
import type { Gap, ScanReport } from './summarize-scan.ts'

/** A model gets this many findings as text; all of them are in `structured` and in the stream. */
const maxListed = 100
/** Files with gaps that are named; all of them are in `structured`. */
const maxGaps = 10

/** The report as a compact list for a model, as data for a playbook, and as one line for people. */
export function renderScan(report: ScanReport): ToolOutput {
  const { findings, files } = report
  const summary =
    findings.length === 0
      ? `no findings in ${plural(files.scanned, 'file')}`
      : `${plural(findings.length, 'finding')} in ${plural(files.with_findings, 'file')}`
  const lines = [
    `${summary}; ${plural(files.scanned, 'file')} scanned with ${plural(report.rules, 'rule')}.`,
    ...findings.slice(0, maxListed).map(listed),
    ...(findings.length > maxListed ? [restOf(findings.slice(maxListed))] : []),
    ...notes(report),
  ]
  return { text: lines.join('\n'), structured: report, summary }
}

function listed(finding: Finding): string {
  const { start } = finding.range
  const cwe = finding.cwe.length > 0 ? ` ${finding.cwe.join(' ')}` : ''
  const head = `[${finding.severity}, ${finding.confidence} confidence] ${finding.file}:${start.line}:${start.column} ${finding.rule}${cwe}: ${finding.message}`
  const flow = finding.flow.map((step) => `${step.range.start.line}: ${step.message}`).join(' -> ')
  return flow ? `${head}\n    ${flow}` : head
}

/** What is not listed, by rule, the most frequent first. */
function restOf(findings: readonly Finding[]): string {
  const byRule = [...Map.groupBy(findings, ({ rule }) => rule)]
    .map(([rule, own]) => ({ rule, count: own.length }))
    .toSorted((a, b) => b.count - a.count)
  return `… and ${findings.length} more, less severe: ${byRule.map(({ rule, count }) => `${count} ${rule}`).join(', ')}.`
}

function gapText({ file, reason, line, rule, problem }: Gap): string {
  const place = line === undefined ? file : `${file}:${line}`
  const what = [reason.replaceAll('_', ' '), rule && `of rule ${rule}`].filter(Boolean).join(' ')
  return problem === undefined ? `  ${place}: ${what}` : `  ${place}: ${what}, ${problem}`
}

function notes(report: ScanReport): string[] {
  const skipped = Object.entries(report.skipped).filter(([, count]) => count > 0)
  return [
    ...(skipped.length > 0
      ? [`Left out: ${skipped.map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`).join(', ')}.`]
      : []),
    ...(report.disabled_rules.length > 0
      ? [`Rules that the settings switch off: ${report.disabled_rules.join(', ')}.`]
      : []),
    ...(report.gaps.length > 0 ? ['Not scanned, or not as a whole:'] : []),
    ...report.gaps.slice(0, maxGaps).map(gapText),
    ...(report.gaps.length > maxGaps ? [`  … and ${report.gaps.length - maxGaps} more files.`] : []),
    ...report.broken_rules.map(({ rule, problem }) => `Rule ${rule} did not run: ${problem.replace(/\s+/g, ' ')}`),
    ...(report.truncated ? ['The tree holds more files than one scan takes: name folders to see the rest.'] : []),
  ]
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
