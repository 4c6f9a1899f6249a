import type { FileFix, LineChange } from './plan-fixes.ts'

const contextLines = 3

/** A run of lines with the changes in it. */
interface Hunk {
  /** First line, from 1. */
  readonly from: number
  readonly to: number
  readonly changes: readonly LineChange[]
}

/** Fixes as a unified diff, as `git diff` shows one. */
export function unifiedDiff(files: readonly FileFix[]): string {
  return files
    .map((fix) => {
      let shift = 0
      const hunks = hunksOf(fix, () => contextLines).map((hunk) => {
        const body = bodyOf(hunk, fix.lines)
        const oldCount = hunk.to - hunk.from + 1
        const newCount = body.filter((line) => !line.startsWith('-')).length
        const head = `@@ -${hunk.from},${oldCount} +${hunk.from + shift},${newCount} @@`
        shift += newCount - oldCount
        return [head, ...body].join('\n')
      })
      return [`--- a/${fix.file}`, `+++ b/${fix.file}`, ...hunks].join('\n')
    })
    .join('\n')
}

/** Fixes in the format of apply_patch. Each chunk has as much around it as makes its place the first that fits. */
export function patchOf(files: readonly FileFix[]): string {
  const operations = files.map((fix) => {
    const hunks = hunksOf(fix, (change) => contextFor(change, fix.lines))
    return [`*** Update File: ${fix.file}`, ...hunks.flatMap((hunk) => ['@@', ...bodyOf(hunk, fix.lines)])].join('\n')
  })
  return ['*** Begin Patch', ...operations, '*** End Patch', ''].join('\n')
}

/** Changes whose surroundings meet are one hunk. */
function hunksOf({ changes, lines }: FileFix, contextOf: (change: LineChange) => number): readonly Hunk[] {
  const count = wholeLines(lines).length
  const hunks: { from: number; to: number; changes: LineChange[] }[] = []
  for (const change of changes) {
    const context = contextOf(change)
    const from = Math.max(1, change.at - context)
    const to = Math.min(count, change.at + change.oldLines.length - 1 + context)
    const open = hunks.at(-1)
    if (open && from <= open.to + 1) {
      open.to = Math.max(open.to, to)
      open.changes.push(change)
    } else hunks.push({ from, to, changes: [change] })
  }
  return hunks
}

function bodyOf({ from, to, changes }: Hunk, lines: readonly string[]): readonly string[] {
  const body: string[] = []
  let at = from
  const keep = (until: number): void => {
    for (; at < until; at += 1) body.push(` ${lines[at - 1] ?? ''}`)
  }
  for (const { at: start, oldLines, newLines } of changes) {
    keep(start)
    body.push(...oldLines.map((line) => `-${line}`), ...newLines.map((line) => `+${line}`))
    at = start + oldLines.length
  }
  keep(to + 1)
  return body
}

/** How many lines above and below a change make its place the only one in the file; blanks at the ends of lines do not tell places apart. */
function contextFor({ at, oldLines }: LineChange, lines: readonly string[]): number {
  const bare = wholeLines(lines).map((line) => line.trim())
  for (let context = contextLines; context < lines.length; context *= 2) {
    const from = Math.max(0, at - 1 - context)
    const block = bare.slice(from, at - 1 + oldLines.length + context)
    if (bare.findIndex((_, index) => block.every((line, offset) => bare[index + offset] === line)) === from)
      return context
  }
  return lines.length
}

/** What follows the last line end is no line. */
const wholeLines = (lines: readonly string[]): readonly string[] => (lines.at(-1) === '' ? lines.slice(0, -1) : lines)
