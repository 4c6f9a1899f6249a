import type { z } from 'zod'
import type { Location } from './errors.ts'
import { terminalLine } from './terminal-text.ts'

/** What is wrong with a user's file, as a value; loading goes on. Lines and columns count from 1. */
export interface Diagnostic {
  /** An error: the file counts for nothing. A warning: it loads. */
  readonly severity: 'error' | 'warning' | 'info'
  /** Stable, dotted: `agent.schema`, `plugin.duplicate_id`. */
  readonly code: string
  /** What is wrong. */
  readonly message: string
  /** Absolute path. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** Dotted path of the field, such as `permissions.file_access`. */
  readonly field?: string
  /** What would be right. */
  readonly expected?: string
  /** One thing that the reader can do. */
  readonly hint?: string
  /** True where the file broke while it was watched: its last version without the problem stays in force. */
  readonly lastGood?: boolean
}

/** Finds where a field stands in its file; undefined where that is not known. */
export type Locate = (path: readonly (string | number)[]) => { line: number; column: number } | undefined

/** One line that is safe to show: `file:line:column: message (field: f; expected: e). Hint.` with what is known. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const place = formatLocation(diagnostic)
  const details = [
    diagnostic.field && `field: ${diagnostic.field}`,
    diagnostic.expected && `expected: ${diagnostic.expected}`,
  ].filter(Boolean)
  const detail = details.length > 0 ? ` (${details.join('; ')})` : ''
  const kept = diagnostic.lastGood ? 'The last good version stays in force.' : undefined
  const sentences = [`${diagnostic.message}${detail}`, kept, diagnostic.hint].filter((text) => text !== undefined)
  return terminalLine(`${place ? `${place}: ` : ''}${joinSentences(sentences)}`)
}

/** A full stop between two sentences where the first has no end of its own. */
function joinSentences(sentences: readonly string[]): string {
  return sentences
    .map((text, index) => (index < sentences.length - 1 && !/[.!?:;]$/.test(text) ? `${text}.` : text))
    .join(' ')
}

/** `file:line:column`, as far as it is known; empty without a file. */
export function formatLocation(location: Partial<Location>): string {
  if (!location.file) return ''
  const line = location.line === undefined ? '' : `:${location.line}`
  const column = location.line === undefined || location.column === undefined ? '' : `:${location.column}`
  return `${location.file}${line}${column}`
}

/** Turns what zod found wrong into diagnostics of one file, one for each issue. */
export function diagnosticsFromZod(
  error: z.ZodError,
  where: { file: string; code: string; locate?: Locate },
): readonly Diagnostic[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
    return unknownKeys.map((key): Diagnostic => {
      const fieldPath = key === undefined ? path : [...path, key]
      const position = where.locate?.(fieldPath) ?? where.locate?.(path)
      const expected = expectedOf(issue)
      return {
        severity: 'error',
        code: where.code,
        message: key === undefined ? messageOf(issue, path) : `Unknown field "${key}"`,
        file: where.file,
        ...(position ?? {}),
        ...(fieldPath.length > 0 ? { field: fieldPath.join('.') } : {}),
        ...(expected === undefined ? {} : { expected }),
      }
    })
  })
}

function messageOf(issue: z.core.$ZodIssue, path: readonly (string | number)[]): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  const { code, message } = issue
  const isMissing = code === 'invalid_type' && message.endsWith('received undefined') && path.length > 0
  return isMissing ? `The field "${path.join('.')}" is missing` : message
}

function expectedOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'invalid_type') return issue.expected
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' | ')
  if (issue.code === 'invalid_format') return issue.pattern ?? issue.format
  return undefined
}
