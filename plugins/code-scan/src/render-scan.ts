import type { Finding, ToolOutput } from 'codex-kernel/plugin-api'
import type { ScanReport } from './summarize-scan.ts'

/** A model gets this many findings as text; all of them are in `structured` and in the stream. */
const maxListed = 100

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
    ...(findings.length > maxListed ? [`… and ${findings.length - maxListed} more, less severe.`] : []),
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

function notes(report: ScanReport): string[] {
  const skipped = Object.entries(report.skipped).filter(([, count]) => count > 0)
  return [
    ...(skipped.length > 0
      ? [`Left out: ${skipped.map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`).join(', ')}.`]
      : []),
    ...report.broken_rules.map(({ rule, problem }) => `Rule ${rule} did not run: ${problem.replace(/\s+/g, ' ')}`),
    ...(report.truncated ? ['The tree holds more files than one scan takes: name folders to see the rest.'] : []),
  ]
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
