import { CodexError } from 'codex-kernel/plugin-api'
import { locateLines } from './locate-lines.ts'
import type { PatchChunk } from './parse-patch.ts'

interface Line {
  readonly text: string
  readonly end: '' | '\n' | '\r\n'
}

interface Replacement {
  readonly at: number
  readonly count: number
  readonly newLines: readonly string[]
}

/**
 * The text of a file after an update. Chunks are found in order, each behind the one before; untouched lines keep their
 * ends, new ones get those of the lines that they replace, and the last line gets an end. A byte order mark stays.
 * `path` is for messages.
 *
 * @throws CodexError `patch.invalid` where lines are not found
 */
export function applyChunks(text: string, chunks: readonly PatchChunk[], path: string): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : ''
  const lines = splitLines(text.slice(mark.length))
  const replacements = findReplacements(
    lines.map((line) => line.text),
    chunks,
    path,
  )
  const usualEnd = lines.find((line) => line.end !== '')?.end ?? '\n'
  // Of parts, since a file has more lines than a call may have arguments.
  const parts: (readonly Line[])[] = []
  let next = 0
  for (const { at, count, newLines } of replacements) {
    const added = newLines.map((newLine, index): Line => {
      const model = lines[at + Math.min(index, count - 1)] ?? lines[at - 1]
      return { text: newLine, end: model?.end || usualEnd }
    })
    parts.push(lines.slice(next, at), added)
    next = at + count
  }
  parts.push(lines.slice(next))
  return mark + parts.flatMap((part) => part.map((line) => line.text + (line.end || usualEnd))).join('')
}

function findReplacements(
  lines: readonly string[],
  chunks: readonly PatchChunk[],
  path: string,
): readonly Replacement[] {
  const replacements: Replacement[] = []
  let behind = 0
  for (const { context, oldLines, newLines, isEndOfFile } of chunks) {
    if (context !== undefined) {
      const at = locateLines(lines, [context], behind, false)
      if (at === undefined) throw notFound(`Failed to find context '${context}' in ${path}`)
      behind = at + 1
    }
    if (oldLines.length === 0) {
      replacements.push({ at: lines.length, count: 0, newLines })
      continue
    }
    const found = locateChunk(lines, oldLines, newLines, behind, isEndOfFile)
    if (!found) throw notFound(`Failed to find expected lines in ${path}:\n${oldLines.join('\n')}`)
    replacements.push(found)
    behind = found.at + found.count
  }
  return replacements.toSorted((a, b) => a.at - b.at)
}

/** A patch may show the end of the last line as an empty line, which the file does not have. */
function locateChunk(
  lines: readonly string[],
  oldLines: readonly string[],
  newLines: readonly string[],
  behind: number,
  isEndOfFile: boolean,
): Replacement | undefined {
  const at = locateLines(lines, oldLines, behind, isEndOfFile)
  if (at !== undefined) return { at, count: oldLines.length, newLines }
  if (oldLines.at(-1) !== '' || oldLines.length === 1) return undefined
  const shorter = locateLines(lines, oldLines.slice(0, -1), behind, isEndOfFile)
  if (shorter === undefined) return undefined
  return {
    at: shorter,
    count: oldLines.length - 1,
    newLines: newLines.at(-1) === '' ? newLines.slice(0, -1) : newLines,
  }
}

function splitLines(text: string): readonly Line[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line): Line => {
    if (line.endsWith('\r\n')) return { text: line.slice(0, -2), end: '\r\n' }
    return line.endsWith('\n') ? { text: line.slice(0, -1), end: '\n' } : { text: line, end: '' }
  })
}

function notFound(message: string): CodexError {
  return new CodexError('patch.invalid', message)
}
