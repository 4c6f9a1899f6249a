import type { Tree, TreeFile } from 'codex-kernel/plugin-api'
import { errorCode } from '../error-code.ts'
import { createLineMatcher, type LineMatch, type LineMatcher, matchAcrossLines } from './match-lines.ts'
import { ripgrepPattern } from './ripgrep-pattern.ts'

/** What one file may take. Reading a megabyte line by line takes some milliseconds. */
const fileTimeLimitMs = 250
const searchTimeLimitMs = 30_000
/** After so many files that were given up, the pattern is. */
export const maxSlowFiles = 4
/** From here on starting a program is worth it: some tenths of a second of reading. */
const manyFiles = 2000
const manyBytes = 16 * 1024 * 1024

/** What is looked for, and where. */
export interface FileSearch {
  readonly expression: RegExp
  readonly isMultiline: boolean
  /** Of one file; absent: all. */
  readonly maxPerFile?: number
}

/** What one file has. */
export interface FileMatches {
  readonly file: TreeFile
  /** Its place in the list that was searched, from 0. */
  readonly index: number
  readonly matches: readonly LineMatch[]
  /** True where the pattern took too long in it. */
  readonly isSlow: boolean
}

/** Which program looks; `auto`: ripgrep where there is much to look at and it understands the expression. */
export type SearchEngine = 'auto' | 'javascript' | 'ripgrep'

/**
 * The files that have matches, in order; binary files have none. Both engines find the same: where ripgrep is not there, cannot read the
 * expression or fails, JavaScript looks.
 *
 * @throws the abort reason
 */
export async function* searchFiles(
  tree: Tree,
  files: readonly TreeFile[],
  search: FileSearch,
  engine: SearchEngine,
  signal: AbortSignal,
): AsyncGenerator<FileMatches, void> {
  let next = 0
  if (engine === 'ripgrep' || (engine === 'auto' && isMuch(files))) {
    try {
      for await (const found of ripgrepFiles(tree, files, search)) {
        next = found.index + 1
        yield found
      }
      return
    } catch (error) {
      signal.throwIfAborted()
      if (engine === 'ripgrep') throw error
    }
  }
  yield* javascriptFiles(files, next, search, signal)
}

function isMuch(files: readonly TreeFile[]): boolean {
  return files.length > manyFiles || files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > manyBytes
}

/** @throws Error where ripgrep cannot do it */
async function* ripgrepFiles(
  tree: Tree,
  files: readonly TreeFile[],
  search: FileSearch,
): AsyncGenerator<FileMatches, void> {
  const { expression, isMultiline, maxPerFile } = search
  const pattern = isMultiline ? undefined : ripgrepPattern(expression)
  const found =
    pattern === undefined
      ? undefined
      : await tree.findLines?.(files, {
          pattern,
          ignoreCase: expression.ignoreCase,
          timeoutMs: searchTimeLimitMs,
          ...(maxPerFile !== undefined && { maxPerFile }),
        })
  if (found === undefined) throw new Error('ripgrep is not there, or does not understand the expression')
  const match = createLineMatcher(expression, fileTimeLimitMs)
  const indexes = new Map(files.map((file, index) => [file.path, index]))
  for await (const { path, lines, isBinary } of found) {
    const index = indexes.get(path)
    const file = index === undefined ? undefined : files[index]
    if (file === undefined || index === undefined || isBinary) continue
    // ripgrep stops at the bound, and has not seen whether the rest of the file is a text.
    if (maxPerFile !== undefined && lines.length >= maxPerFile && (await readIfThere(file))?.includes('\0')) continue
    const matches: LineMatch[] = []
    let isSlow = false
    for (const { line, bytes } of lines) {
      // JavaScript has the last word, and knows the column.
      const [confirmed] = isSlow ? [] : confirm(match, line, bytes)
      if (confirmed === 'too slow') isSlow = true
      else if (confirmed) matches.push(confirmed)
    }
    if (matches.length > 0 || isSlow) yield { file, index, matches: isSlow ? [] : matches, isSlow }
  }
}

/** A byte order mark is no part of the text. */
function confirm(match: LineMatcher, line: number, bytes: Uint8Array): readonly (LineMatch | 'too slow')[] {
  // With its end, since a text without any has no line.
  const found = match(`${new TextDecoder('utf-8', { ignoreBOM: line !== 1 }).decode(bytes)}\n`, 1)
  return found === 'too slow' ? [found] : found.map((each) => ({ ...each, line }))
}

async function* javascriptFiles(
  files: readonly TreeFile[],
  first: number,
  { expression, isMultiline, maxPerFile = Number.POSITIVE_INFINITY }: FileSearch,
  signal: AbortSignal,
): AsyncGenerator<FileMatches, void> {
  const match = createLineMatcher(expression, fileTimeLimitMs, ...(isMultiline ? [matchAcrossLines] : []))
  for (const [index, file] of files.entries()) {
    if (index < first) continue
    signal.throwIfAborted()
    const text = await readIfThere(file)
    if (text === undefined || text.includes('\0')) continue
    const matches = match(text, maxPerFile)
    if (matches === 'too slow') yield { file, index, matches: [], isSlow: true }
    else if (matches.length > 0) yield { file, index, matches, isSlow: false }
  }
}

/** Undefined for a file that is gone, or may not be read by this user. */
async function readIfThere(file: TreeFile): Promise<string | undefined> {
  try {
    return await file.read()
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}
