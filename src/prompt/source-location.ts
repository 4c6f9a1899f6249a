/** A place in a file as arguments name it: `auth.rs`, `auth.rs:45`, `auth.rs:45-67`. Lines count from 1, both included. */
export interface SourceLocation {
  readonly file: string
  /** Absent: the whole file. */
  readonly start?: number
  /** The same as `start` for one line; absent with it. */
  readonly end?: number
}

/** Reads `FILE[:LINE[-LINE]]`; what is wrong with it otherwise, as a sentence without a full stop. */
export function parseSourceLocation(text: string): SourceLocation | string {
  const match = /^(?<file>.+?)(?::(?<start>\d+)(?:-(?<end>\d+))?)?$/s.exec(text)
  const file = match?.groups?.file
  if (file === undefined) return 'it is empty; expected FILE, FILE:LINE or FILE:FIRST-LAST'
  if (match?.groups?.start === undefined) return { file }
  const start = Number(match.groups.start)
  const end = match.groups.end === undefined ? start : Number(match.groups.end)
  if (start === 0) return 'lines count from 1'
  if (end < start) return `line ${end} comes before line ${start}`
  return { file, start, end }
}

/** The spelling that `parseSourceLocation` reads. */
export function formatSourceLocation({ file, start, end }: SourceLocation): string {
  if (start === undefined) return file
  return end === undefined || end === start ? `${file}:${start}` : `${file}:${start}-${end}`
}

/** True for a value of exactly this shape. */
export function isSourceLocation(value: unknown): value is SourceLocation {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'file')) return false
  return Object.entries(value).every(([key, field]) =>
    key === 'file' ? typeof field === 'string' : (key === 'start' || key === 'end') && typeof field === 'number',
  )
}
