import { CodexError } from '../../plugin-api/errors.ts'

/** A template, or a lone expression, and where its text begins in its file, so that errors cite the file's own lines. */
export interface TemplateSource {
  readonly text: string
  readonly file: string
  /** Line of the file on which the text starts, from 1. */
  readonly firstLine: number
}

/** The error of a template at an offset of its text. */
export function templateError(
  source: TemplateSource,
  offset: number,
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): CodexError {
  const before = source.text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = source.firstLine + before.split('\n').length - 1
  const location = { file: source.file, line, column: offset - lineStart + 1 }
  return new CodexError('command.template', message, { ...options, location })
}
