import type { ToolOutput } from 'codex-kernel/plugin-api'
import type { MetricsReport } from './summarize-metrics.ts'

/** The measures as a short table for a model, as data for a playbook, and as one line for people. */
export function renderMetrics(report: MetricsReport): ToolOutput {
  const { totals, files, functions, duplicates, duplication } = report
  const summary = `${totals.functions} functions in ${files.measured} files, ${totals.over_15} of them hard to follow`
  const lines = [
    `${summary} (cognitive complexity over 15); ${totals.code_lines} lines of code, ${duplication.duplicated_percent} % duplicated.`,
    ...(functions.length > 0 ? ['cognitive cyclomatic nesting parameters code_lines function'] : []),
    ...functions.map(
      (fn) =>
        `${fn.cognitive} ${fn.cyclomatic} ${fn.nesting} ${fn.parameters} ${fn.code_lines} ${fn.name} ${fn.file}:${fn.line}-${fn.end_line}`,
    ),
    ...(duplicates.length > 0 ? [`Duplicated blocks, ${duplication.duplicates} in all:`] : []),
    ...duplicates.map(
      ({ lines: count, copies, places }) =>
        `${count} lines, ${copies} times: ${places.map(({ file, line, end_line }) => `${file}:${line}-${end_line}`).join(', ')}`,
    ),
    ...notes(report),
  ]
  return { text: lines.join('\n'), structured: report, summary }
}

function notes({ skipped, truncated }: MetricsReport): readonly string[] {
  const left = Object.entries(skipped).filter(([, count]) => count > 0)
  return [
    ...(left.length > 0
      ? [`Left out: ${left.map(([why, count]) => `${count} ${why.replaceAll('_', ' ')}`).join(', ')}.`]
      : []),
    ...(truncated ? ['The tree holds more files than one scan takes: name folders to see the rest.'] : []),
  ]
}
