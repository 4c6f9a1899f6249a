import { createContext, Script } from 'node:vm'

export interface LineMatch {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  readonly text: string
}

/** Finds the lines of a text that match. */
export type LineMatcher = (text: string, maxMatches: number) => readonly LineMatch[] | 'too slow'

/** Looks for an expression in a text. */
type Finder = (expression: RegExp, text: string, maxMatches: number) => readonly LineMatch[]

/** Places where an expression with the flags `gm` matches, over line ends too; the text is what matched. */
export const matchAcrossLines: Finder = (expression, text, maxMatches) => {
  const matches: LineMatch[] = []
  let line = 1
  let lineStart = 0
  for (const { 0: found, index } of text.matchAll(expression)) {
    if (matches.length >= maxMatches) break
    for (let end = text.indexOf('\n', lineStart); end !== -1 && end < index; end = text.indexOf('\n', lineStart)) {
      line++
      lineStart = end + 1
    }
    matches.push({ line, column: index - lineStart + 1, text: found.replaceAll('\r\n', '\n') })
  }
  return matches
}

/** Lines longer than this are made by programs; only their beginning is searched. */
const maxLineLength = 20_000
/** Where a pattern repeats nothing, its time is bounded by its own length. */
const repeats = /[*+{]/

/**
 * A matcher that ends in `timeLimitMs` even for a pattern that backtracks without end: V8 can be stopped inside a
 * regular expression, and node:vm has the clock that does it. Patterns without repetition run directly.
 */
export function createLineMatcher(expression: RegExp, timeLimitMs: number, find: Finder = matchLines): LineMatcher {
  if (!repeats.test(expression.source)) return (text, maxMatches) => find(expression, text, maxMatches)
  let work: () => readonly LineMatch[] = () => []
  const sandbox = createContext({ work: () => work() })
  const script = new Script('work()')
  return (text, maxMatches) => {
    work = () => find(expression, text, maxMatches)
    try {
      return script.runInContext(sandbox, { timeout: timeLimitMs })
    } catch (error) {
      if (isTimeout(error)) return 'too slow'
      throw error
    }
  }
}

/** The error belongs to the other context, whose `Error` is another one. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

function matchLines(expression: RegExp, text: string, maxMatches: number): readonly LineMatch[] {
  const matches: LineMatch[] = []
  let line = 0
  for (let start = 0; start < text.length && matches.length < maxMatches; ) {
    line++
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const content = text.slice(start, Math.min(text[end - 1] === '\r' ? end - 1 : end, start + maxLineLength))
    const index = content.search(expression)
    if (index !== -1) matches.push({ line, column: index + 1, text: content })
    start = end + 1
  }
  return matches
}
