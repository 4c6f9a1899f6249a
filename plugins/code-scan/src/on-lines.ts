import type { Finding, Range } from 'codex-kernel/plugin-api'
import type { FileOutcome } from './summarize-scan.ts'

/** Lines that are of interest, both ends included. */
export interface LineRange {
  /** Relative to the workspace root, with `/`. */
  readonly file: string
  readonly from: number
  readonly to: number
}

/** The outcomes with the findings that touch these lines. A change of any line that a value goes through can make an old line wrong. */
export function onLines(outcomes: readonly FileOutcome[], lines: readonly LineRange[]): readonly FileOutcome[] {
  const byFile = Map.groupBy(lines, ({ file }) => file)
  const touches = (file: string, { start, end }: Range): boolean =>
    (byFile.get(file) ?? []).some(({ from, to }) => start.line <= to && end.line >= from)
  const isOn = ({ file, range, flow }: Finding): boolean =>
    [{ file, range }, ...flow].some((place) => touches(place.file, place.range))
  return outcomes.map((outcome) =>
    'findings' in outcome ? { ...outcome, findings: outcome.findings.filter(isOn) } : outcome,
  )
}
