import type { Finding, ToolOutput } from 'codex-kernel/plugin-api'
import type { DependencyReport } from './summarize-scan.ts'

/** A model gets this many findings as text; all of them are in `structured` and in the stream. */
const maxListed = 100

/** The report as a compact list for a model, as data for a playbook, and as one line for people. */
export function renderScan(report: DependencyReport): ToolOutput {
  const { findings, files, gaps, skipped, packages } = report
  const count = findings.length === 0 ? 'no findings' : plural(findings.length, 'finding')
  const summary = `${count} in ${plural(files.scanned, 'manifest or lockfile', 'manifests and lockfiles')} with ${plural(packages, 'entry', 'entries')}`
  const lines = [
    `${summary}.`,
    ...findings.slice(0, maxListed).map(listed),
    ...(findings.length > maxListed ? [`… and ${findings.length - maxListed} more, less severe.`] : []),
    ...gaps.map(({ file, problem }) => `Not judged: ${file}, ${problem.replace(/\s+/g, ' ')}`),
    ...(skipped.too_large + skipped.denied > 0
      ? [`Left out: ${skipped.too_large} too large, ${skipped.denied} that may not be read.`]
      : []),
    ...(report.truncated ? ['The tree holds more files than one scan takes: name folders to see the rest.'] : []),
    'Known vulnerabilities of versions were not looked up: that takes a network.',
  ]
  return { text: lines.join('\n'), structured: report, summary }
}

function listed({ severity, confidence, file, range, rule, cwe, message }: Finding): string {
  return `[${severity}, ${confidence} confidence] ${file}:${range.start.line}:${range.start.column} ${rule} ${cwe.join(' ')}: ${message}`
}

const plural = (count: number, noun: string, many = `${noun}s`): string => `${count} ${count === 1 ? noun : many}`
