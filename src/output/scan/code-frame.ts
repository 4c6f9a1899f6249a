import type { Finding, Range } from '../../plugin-api/index.ts'

/** A line of source beside a finding. */
export interface FrameLine {
  /** From 1; absent for a gap, where lines are left out. */
  readonly number?: number
  readonly text: string
  /** What the finding is about: UTF-16 offsets into `text`, the end exclusive. */
  readonly mark?: { readonly from: number; readonly to: number }
}

const contextLines = 2
/** Of a longer range the beginning and the end are shown. */
const maxMarkedLines = 8
const maxLineLength = 400

/** The lines around a finding. Without the text of its file, or of another commit, what the finding itself holds. */
export function codeFrame(
  finding: Pick<Finding, 'range' | 'snippet' | 'commit'>,
  text: string | undefined,
): readonly FrameLine[] {
  const { range, snippet, commit } = finding
  // The text is that of now, not that of an earlier commit.
  const lines = commit === undefined ? text?.split(/\r?\n/) : undefined
  if (lines && range.start.line <= lines.length) return frameOf(range, lines)
  if (snippet === undefined) return []
  const written = snippet.split(/\r?\n/)
  // The other lines of a snippet have theirs.
  const indent = written.length > 1 ? ' '.repeat(Math.min(range.start.column - 1, 40)) : ''
  const own = written.map((line, index) => (index === 0 ? indent + line : line))
  return own.map((line, index) =>
    shortened({
      number: range.start.line + index,
      text: line,
      mark: markOf(line, index === 0 ? indent.length : 0, line.length),
    }),
  )
}

function frameOf({ start, end }: Range, lines: readonly string[]): readonly FrameLine[] {
  // An end in the first column is the end of the line before.
  const last = Math.min(lines.length, end.column === 1 && end.line > start.line ? end.line - 1 : end.line)
  const from = Math.max(1, start.line - contextLines)
  const to = Math.min(lines.length, last + contextLines)
  const isLong = last - start.line >= maxMarkedLines
  const shown: FrameLine[] = []
  for (let number = from; number <= to; number += 1) {
    if (isLong && number === start.line + maxMarkedLines - 2) {
      shown.push({ text: '' })
      number = last
    }
    const text = lines[number - 1] ?? ''
    const isMarked = number >= start.line && number <= last
    const markFrom = number === start.line ? start.column - 1 : text.length - text.trimStart().length
    const markTo = number === end.line ? end.column - 1 : text.length
    shown.push(shortened({ number, text, ...(isMarked && { mark: markOf(text, markFrom, markTo) }) }))
  }
  return withoutBlankEdges(shown)
}

/** At least one character where the line has one. */
function markOf(text: string, from: number, to: number): { readonly from: number; readonly to: number } {
  const start = Math.max(0, Math.min(from, text.length))
  return { from: start, to: Math.max(start, Math.min(Math.max(to, start + 1), text.length)) }
}

/** A very long line is cut to what is around the mark. */
function shortened(line: FrameLine): FrameLine {
  const { text, mark } = line
  if (text.length <= maxLineLength) return line
  const start = mark ? Math.max(0, Math.min(mark.from - 40, text.length - maxLineLength)) : 0
  const before = start > 0 ? '…' : ''
  const cut = `${before}${text.slice(start, start + maxLineLength)}${start + maxLineLength < text.length ? '…' : ''}`
  if (!mark) return { ...line, text: cut }
  const shift = before.length - start
  return { ...line, text: cut, mark: { from: mark.from + shift, to: Math.min(mark.to + shift, cut.length) } }
}

function withoutBlankEdges(lines: readonly FrameLine[]): readonly FrameLine[] {
  const isKept = ({ text, mark }: FrameLine): boolean => mark !== undefined || text.trim() !== ''
  return lines.slice(lines.findIndex(isKept), lines.findLastIndex(isKept) + 1)
}
