import type { Finding, Range } from 'codex-kernel/plugin-api'

/** Lines that are of interest, both ends included. */
export interface LineRange {
  /** Relative to the workspace root, with `/`. */
  readonly file: string
  readonly from: number
  readonly to: number
}

/** Whether a finding is on one of these lines, or goes through one. */
export function isOnLines({ file, range, flow }: Finding, lines: readonly LineRange[]): boolean {
  return [{ file, range }, ...flow].some((place) => lines.some((each) => touches(place, each)))
}

function touches({ file, range }: { readonly file: string; readonly range: Range }, lines: LineRange): boolean {
  return file === lines.file && lines.from <= range.end.line && lines.to >= range.start.line
}
