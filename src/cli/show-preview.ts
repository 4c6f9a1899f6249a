import { compactionText } from '../output/thread/compaction-text.ts'
import { terminalJson } from '../plugin-api/terminal-json.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import type { ThreadPreview } from '../plugin-api/thread-preview.ts'
import { writeErr, writeOut } from './process-deps.ts'

/**
 * Prints what `--dry-run` found: the request and its size by part on stdout, as one JSON object with `--json`; warnings on stderr.
 */
export function showPreview(preview: ThreadPreview, options: { readonly json?: true }): void {
  const { provider, model, request, reason, parts, compaction, notices } = preview
  const totalTokens = parts.reduce((sum, { tokens }) => sum + tokens, 0)
  if (options.json) {
    const { method, url, body } = request ?? {}
    const facts = { provider, model, method, url, reason, body, parts, total_tokens: totalTokens, compaction, notices }
    writeOut(`${terminalJson({ dry_run: true, ...facts })}\n`)
    return
  }
  for (const notice of notices) writeErr(`${terminalText(notice)}\n`)
  if (reason !== undefined) writeErr(`${terminalText(`With provider ${provider}, ${reason}.`)}\n`)
  if (compaction !== undefined) writeOut(`${compactionText(compaction, process.stdout.columns)}\n`)
  else if (request !== undefined) {
    writeOut(`${request.method} ${request.url}\n\n${terminalText(JSON.stringify(request.body, null, 2))}\n\n`)
    writeOut(`${table([...parts, { part: 'total', bytes: sum(parts), tokens: totalTokens }])}\n`)
    writeOut('Tokens are an estimate: one for four bytes. Images are not counted.\n')
  }
  const outcome = compaction ? 'and the thread is as it was' : 'and no thread was kept'
  writeErr(`Dry run: nothing was sent, ${outcome}.\n`)
}

function sum(parts: ThreadPreview['parts']): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0)
}

function table(rows: ThreadPreview['parts']): string {
  const cells = [['part', 'bytes', 'tokens'], ...rows.map(({ part, bytes, tokens }) => [part, `${bytes}`, `${tokens}`])]
  const width = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0))
  return cells
    .map(([part = '', bytes = '', tokens = '']) =>
      [part.padEnd(width(0)), bytes.padStart(width(1)), tokens.padStart(width(2))].join('  '),
    )
    .join('\n')
}
