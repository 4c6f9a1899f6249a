import type { RunResult } from '../../plugin-api/run.ts'
import { terminalJson } from '../../plugin-api/terminal-json.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { runResultText } from './run-text.ts'

/** In which forms the result of a run can be had. */
export const runFormats = ['text', 'json', 'markdown', 'html'] as const
/** One of them. */
export type RunFormat = (typeof runFormats)[number]

/**
 * The result of a run as one document, which ends with a newline. `json` is that of `docs/reference/run-result.schema.json`.
 *
 * @param formed gives text the form that the reader sees; absent: as it was written, with nothing that drives a terminal
 */
export async function runDocument(
  format: RunFormat,
  result: RunResult,
  formed: (text: string) => string = terminalText,
): Promise<string> {
  if (format === 'json') return `${terminalJson(result, 2)}\n`
  if (format === 'markdown') return (await import('./run-markdown.ts')).runMarkdown(result)
  if (format === 'html') return (await import('./run-html.ts')).runHtml(result)
  return `${formed(runResultText(result)).trimEnd()}\n`
}
