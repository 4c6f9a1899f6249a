import type { Finding, ToolOutput } from 'codex-kernel/plugin-api'
import type { SecretReport } from './summarize-scan.ts'

/** A model gets this many findings as text; all of them are in `structured` and in the stream. */
const maxListed = 100

/** The report as a compact list for a model, as data for a playbook, and as one line for people. */
export function renderScan(report: SecretReport): ToolOutput {
  const { findings, files, skipped, history } = report
  const where = history ? ` and ${plural(history.commits, 'commit')}` : ''
  const summary = `${findings.length === 0 ? 'no secrets' : plural(findings.length, 'secret')} in ${plural(files.scanned, 'file')}${where}`
  const left = Object.entries(skipped).filter(([, count]) => count > 0)
  const lines = [
    `${summary}.`,
    ...findings.slice(0, maxListed).map(listed),
    ...(findings.length > maxListed ? [`… and ${findings.length - maxListed} more, less severe.`] : []),
    ...(left.length > 0
      ? [`Left out: ${left.map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`).join(', ')}.`]
      : []),
    ...(report.truncated ? ['The tree holds more files than one scan takes: name folders to see the rest.'] : []),
    ...(history ? historyLines(history) : ['The history was not looked at: `history: true` does.']),
  ]
  return { text: lines.join('\n'), structured: report, summary }
}

function historyLines({ skipped, stopped, still_there }: NonNullable<SecretReport['history']>): readonly string[] {
  const left = [
    skipped.binary > 0 ? `${skipped.binary} changes of binary or large files` : '',
    skipped.denied > 0 ? `${skipped.denied} of files that may not be read` : '',
    'what merges changed by themselves',
  ].filter(Boolean)
  return [
    `Left out of the history: ${left.join(', ')}.`,
    ...(still_there > 0
      ? [`${plural(still_there, 'secret')} of the history stand in files still, and are listed there.`]
      : []),
    ...(stopped === undefined ? [] : [`The history was not read to its end: ${stopped}.`]),
  ]
}

function listed({ severity, confidence, file, range, rule, cwe, message }: Finding): string {
  return `[${severity}, ${confidence} confidence] ${file}:${range.start.line}:${range.start.column} ${rule} ${cwe.join(' ')}: ${message}`
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
