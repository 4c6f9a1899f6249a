import type { ToolOutput } from 'codex-kernel/plugin-api'
import { plural } from './plural.ts'
import type { CoverageSummary } from './summarize-coverage.ts'

/** The summary for a model, as data for a playbook, and as one line for people. */
export function renderCoverage(coverage: CoverageSummary): ToolOutput {
  const { reports, totals, worst, uncovered_functions: never, stale, missing, unknown } = coverage
  if (totals.files === 0) {
    const none =
      reports.length === 0
        ? 'no coverage report was found'
        : `${plural(reports.length, 'report')} without a file of this code base`
    const problems = reports.flatMap(({ file, problem }) => (problem === undefined ? [] : [`${file}: ${problem}`]))
    return { text: [`${none}.`, ...problems].join('\n'), structured: coverage, summary: none }
  }
  const summary = `${totals.percent} % of ${plural(totals.total, 'line')} in ${plural(totals.files, 'file')}${stale.count > 0 ? `; ${plural(stale.count, 'file')} newer than the report` : ''}`
  const lines = [
    `${summary}.`,
    ...reports.filter(({ used }) => used).map(({ file, format, written }) => `From ${file} (${format}, ${written}).`),
    ...worst.map(
      ({ file, percent, covered, total, uncovered }) =>
        `- ${file}: ${percent} %, ${total - covered} lines did not run${uncovered.length > 0 ? `: ${uncovered.join(', ')}` : ''}`,
    ),
    ...(never.length > 0 ? ['Never ran:', ...never.map(({ file, line, name }) => `- ${file}:${line} ${name}`)] : []),
    ...(stale.count > 0 ? [`Newer than the report: ${stale.files.join(', ')}`] : []),
    ...(unknown.count > 0
      ? [`In no report: ${plural(unknown.count, 'source')}, such as ${unknown.files.join(', ')}`]
      : []),
    ...(missing.count > 0 ? [`In a report, and not in the code base: ${plural(missing.count, 'file')}`] : []),
  ]
  return { text: lines.join('\n'), structured: coverage, summary }
}
