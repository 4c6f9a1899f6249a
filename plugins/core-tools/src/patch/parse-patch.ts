import { CodexError } from 'codex-kernel/plugin-api'

/** A change within a file: find `oldLines`, put `newLines` there. Lines have no ends. */
export interface PatchChunk {
  /** A line above, which the search starts behind. */
  readonly context?: string
  readonly oldLines: readonly string[]
  readonly newLines: readonly string[]
  /** The old lines are the last of the file. */
  readonly isEndOfFile: boolean
}

/** Paths are as the patch writes them. */
export type PatchOperation =
  | { readonly kind: 'add'; readonly path: string; readonly content: string }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'update'
      readonly path: string
      readonly movePath?: string
      readonly chunks: readonly PatchChunk[]
    }

const headers = {
  begin: '*** Begin Patch',
  end: '*** End Patch',
  add: '*** Add File: ',
  delete: '*** Delete File: ',
  update: '*** Update File: ',
  move: '*** Move to: ',
  endOfFile: '*** End of File',
}

/** Position in the lines of a patch; `at` counts from 0, messages count from 1. */
interface Cursor {
  readonly lines: readonly string[]
  at: number
}

/**
 * Reads a patch. It may be wrapped in a here-document, and its markers may have blanks around them.
 *
 * @throws CodexError `patch.invalid`
 */
export function parsePatch(text: string): readonly PatchOperation[] {
  const cursor: Cursor = { lines: bodyOf(text), at: 1 }
  const operations: PatchOperation[] = []
  while (cursor.at < cursor.lines.length) operations.push(parseOperation(cursor))
  return operations
}

/** All lines but the end marker; the begin marker stays, so that positions count as in the patch. */
function bodyOf(text: string): readonly string[] {
  const lines = text.trim().split(/\r?\n/)
  const unwrapped = /^<<(['"]?)EOF\1$/.test(lines[0] ?? '') && lines.at(-1) === 'EOF' ? lines.slice(1, -1) : lines
  if (unwrapped[0]?.trim() !== headers.begin) {
    throw invalid(`Invalid patch: The first line of the patch must be '${headers.begin}'`)
  }
  if (unwrapped.at(-1)?.trim() !== headers.end) {
    throw invalid(`Invalid patch: The last line of the patch must be '${headers.end}'`)
  }
  return unwrapped.slice(0, -1)
}

function parseOperation(cursor: Cursor): PatchOperation {
  const headerLine = cursor.at + 1
  const header = (cursor.lines[cursor.at++] ?? '').trim()
  if (header.startsWith(headers.add)) {
    return { kind: 'add', path: header.slice(headers.add.length), content: parseAdded(cursor) }
  }
  if (header.startsWith(headers.delete)) return { kind: 'delete', path: header.slice(headers.delete.length) }
  if (header.startsWith(headers.update)) return parseUpdate(header.slice(headers.update.length), headerLine, cursor)
  const known = [headers.add, headers.delete, headers.update].map((each) => `'${each}{path}'`).join(', ')
  throw invalidHunk(headerLine, `'${header}' is not a valid hunk header. Valid hunk headers: ${known}`)
}

function parseAdded(cursor: Cursor): string {
  let content = ''
  for (; cursor.lines[cursor.at]?.startsWith('+'); cursor.at++) content += `${cursor.lines[cursor.at]?.slice(1)}\n`
  return content
}

function parseUpdate(path: string, headerLine: number, cursor: Cursor): PatchOperation {
  const next = cursor.lines[cursor.at]?.trim() ?? ''
  const movePath = next.startsWith(headers.move) ? next.slice(headers.move.length) : undefined
  if (movePath !== undefined) cursor.at++
  const chunks: PatchChunk[] = []
  for (let line = cursor.lines[cursor.at]; line !== undefined && !isHeader(line); line = cursor.lines[cursor.at]) {
    if (line.trim() === '') cursor.at++
    else chunks.push(parseChunk(cursor, chunks.length === 0))
  }
  if (chunks.length === 0) throw invalidHunk(headerLine, `Update file hunk for path '${path}' is empty`)
  return { kind: 'update', path, chunks, ...(movePath !== undefined && { movePath }) }
}

/** The first chunk of a file may leave out its `@@`. */
function parseChunk(cursor: Cursor, mayLackMarker: boolean): PatchChunk {
  const first = cursor.lines[cursor.at] ?? ''
  const isMarked = first === '@@' || first.startsWith('@@ ')
  if (!isMarked && !mayLackMarker) {
    throw invalidHunk(cursor.at + 1, `Expected update hunk to start with a @@ context marker, got: '${first}'`)
  }
  if (isMarked) cursor.at++
  const start = cursor.at
  const oldLines: string[] = []
  const newLines: string[] = []
  let isEndOfFile = false
  for (let line = cursor.lines[cursor.at]; line !== undefined; line = cursor.lines[cursor.at]) {
    if (line.trimEnd() === headers.endOfFile && cursor.at > start) {
      isEndOfFile = true
      cursor.at++
      break
    }
    const sign = line[0] ?? ' '
    if (sign !== ' ' && sign !== '+' && sign !== '-') break
    if (sign !== '+') oldLines.push(line.slice(1))
    if (sign !== '-') newLines.push(line.slice(1))
    cursor.at++
  }
  if (cursor.at === start) throw emptyChunk(cursor.lines[start], start + 1)
  return { oldLines, newLines, isEndOfFile, ...(isMarked && first.length > 3 && { context: first.slice(3) }) }
}

function emptyChunk(line: string | undefined, lineNumber: number): CodexError {
  if (line === undefined || isHeader(line)) return invalidHunk(lineNumber, 'Update hunk does not contain any lines')
  return invalidHunk(
    lineNumber,
    `Unexpected line found in update hunk: '${line}'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)`,
  )
}

function isHeader(line: string): boolean {
  return line.startsWith('***')
}

function invalidHunk(lineNumber: number, problem: string): CodexError {
  return invalid(`Invalid patch hunk on line ${lineNumber}: ${problem}`)
}

function invalid(message: string): CodexError {
  return new CodexError('patch.invalid', message)
}
