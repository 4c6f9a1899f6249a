import { createHash } from 'node:crypto'
import type { Finding, Severity } from 'codex-kernel/plugin-api'
import { type CodeLanguage, languageOf, roleOf } from './code-file.ts'

/** Lines of a file, by their number. */
export interface AddedLines {
  readonly path: string
  readonly added: readonly { readonly line: number; readonly text: string }[]
}

interface Mark {
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  readonly advice: string
  readonly pattern: RegExp
  /** Absent: in all files that are code. */
  readonly isIn?: (path: string) => boolean
}

const isTest = (path: string): boolean => roleOf(path) === 'test'
const isCode = (path: string): boolean => /\.(?:[cm]?[jt]sx?|py|go|java|kt|rb|php|rs|cs|vue|svelte)$/.test(path)

const marks: readonly Mark[] = [
  {
    ...{ rule: 'change-conflict-marker', severity: 'high', message: 'A merge conflict is not resolved' },
    ...{
      advice: 'Decide for one side, or both, and take the markers out.',
      pattern: /^(?:<{7}|>{7}|\|{7})(?: |$)/,
      isIn: () => true,
    },
  },
  {
    ...{ rule: 'change-breakpoint', severity: 'medium', message: 'A breakpoint stops the program here' },
    advice: 'Take it out.',
    pattern:
      /^\s*(?:debugger\s*;?\s*$|breakpoint\(\)|i?pdb\.set_trace\(\)|import i?pdb\b|binding\.pry\b|byebug\b|dd\()/,
  },
  {
    ...{ rule: 'change-focused-test', severity: 'medium', message: 'This test switches the others of its file off' },
    ...{
      advice: 'Take .only out.',
      pattern: /^\s*(?:describe|it|test|context|suite)\.only\s*[(`]|^\s*(?:fdescribe|fit|fcontext)\(/,
      isIn: isTest,
    },
  },
  {
    ...{ rule: 'change-skipped-test', severity: 'low', message: 'A test is switched off' },
    advice: 'Mend it, or say in the code what has to happen before it runs again.',
    pattern:
      /^\s*(?:describe|it|test|context|suite)\.(?:skip|todo)\s*[(`]|^\s*x(?:it|describe)\(|^\s*@(?:pytest\.mark\.(?:skip|xfail)|unittest\.skip|Disabled|Ignore)\b|\bt\.Skip(?:f|Now)?\(/,
    isIn: isTest,
  },
  {
    ...{ rule: 'change-dropped-error', severity: 'medium', message: 'An error is dropped without a word' },
    advice: 'Handle it, let it pass, or say in a comment why nothing has to be done.',
    pattern:
      /\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}|\bexcept(?:\s+(?:Base)?Exception\b[^:#]*)?:\s*(?:pass|\.\.\.)\s*$|\.catch\(\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*\{\s*\}\s*\)|\bif err != nil \{\s*\}/,
    isIn: (path) => isCode(path) && !isTest(path),
  },
]

/** `except X:` on one line and `pass` alone on the next. */
const droppedOnNext = {
  first: /^\s*(?:\}\s*)?(?:except(?:\s+(?:Base)?Exception\b[^:#]*)?:|catch\s*(?:\([^)]*\))?\s*\{)\s*$/,
  second: /^\s*(?:pass|\.\.\.|\})\s*$/,
}

/** What should not be committed, in lines that a change adds. In languages that are scanned, conflict markers alone. */
export function findMarks(files: readonly AddedLines[], scanned: readonly CodeLanguage[]): readonly Finding[] {
  const isScanned = (path: string): boolean => scanned.some((language) => language === languageOf(path))
  return files.flatMap(({ path, added }) =>
    added.flatMap(({ line, text }, index): Finding[] => {
      if (text.length > 400 || !(isCode(path) || /^[<>|]{7}/.test(text))) return []
      const next = added[index + 1]
      const isDropped =
        next?.line === line + 1 && droppedOnNext.first.test(text) && droppedOnNext.second.test(next.text)
      const isExplained = /\/\/|\/\*|\s#\s/.test(text) || /^\s*(?:\/\/|#|\*)/.test(added[index - 1]?.text ?? '')
      const found = marks.filter(
        ({ rule, pattern, isIn = isCode }) =>
          isIn(path) &&
          (rule === 'change-conflict-marker' || !isScanned(path)) &&
          (pattern.test(text) || (rule === 'change-dropped-error' && isDropped)) &&
          !(rule === 'change-dropped-error' && isExplained),
      )
      return found.map((mark) => finding(mark, path, line, text))
    }),
  )
}

function finding({ rule, severity, message, advice }: Mark, file: string, line: number, text: string): Finding {
  const start = text.length - text.trimStart().length + 1
  return {
    ...{ rule, severity, confidence: 'high', message, file, snippet: text.trim().slice(0, 200) },
    range: { start: { line, column: start }, end: { line, column: text.trimEnd().length + 1 } },
    category: 'correctness',
    ...{ cwe: [], owasp: [], flow: [], references: [], fix: { description: advice, edits: [] } },
    fingerprint: createHash('sha256').update(`${rule}\n${file}\n${text.trim()}`).digest('hex').slice(0, 32),
  }
}
