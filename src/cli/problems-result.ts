import type { Checked } from '../config/validate-config.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'

/**
 * What a check found, for print: one line for each problem and a sum, or the problems as data; exit code 1 where something is an error, or where there are more
 * warnings than `maxWarnings`.
 */
export function problemsResult({ files, diagnostics }: Checked, maxWarnings = Number.POSITIVE_INFINITY) {
  const count = (severity: string) => diagnostics.filter((each) => each.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  const lines = diagnostics.map((each) => `${each.severity}: ${formatDiagnostic(each)}`)
  const checked = `${files.length} ${files.length === 1 ? 'file' : 'files'}`
  const sum =
    errors + warnings === 0
      ? `${checked}, nothing wrong`
      : `${checked}: ${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`
  return {
    text: [...lines, sum].join('\n'),
    data: diagnostics,
    exitCode: errors > 0 || warnings > maxWarnings ? 1 : 0,
  }
}
