import type { CompactionItem, CompactionPreview } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { cutToCells } from '../cell-width.ts'
import { wrapText } from '../wrap-text.ts'

const fates: Readonly<Record<CompactionItem['fate'], string>> = {
  keep: 'stays',
  shorten: 'is cut',
  summarise: 'summarised',
}

/** What a compaction would do, for people: each item of the history and its fate, then sums, the plan and the files; lines are of at most `width` cells. */
export function compactionText(preview: CompactionPreview, width = Number.POSITIVE_INFINITY): string {
  const { focus, items, tokensBefore, tokensKept, tokensOfSummary, plan, files } = preview
  const rows = items.map(({ fate, kind, tokens, excerpt }) => [
    fates[fate],
    kind,
    String(tokens),
    terminalText(excerpt),
  ])
  const goes = items.filter(({ fate }) => fate === 'summarise')
  const went = goes.reduce((sum, { tokens }) => sum + tokens, 0)
  const parts = [
    table([['', 'what', 'tokens', ''], ...rows], width),
    ...(focus === '' ? [] : [wrapText(`Focus of the summary: ${terminalText(focus)}`, width).join('\n')]),
    ...section('The plan would be told again:', plan, width),
    ...section('The files would be listed:', files, width),
    wrapText(
      goes.length === 0
        ? 'Nothing would be summarised: the thread is as short as it can be.'
        : `${goes.length} of ${items.length} items, ${went} tokens, would give way to a summary of at most ${tokensOfSummary} tokens: ${tokensBefore} tokens now, ${tokensKept} and the summary then. They stay in the record: codex threads show.`,
      width,
    ).join('\n'),
    wrapText('Tokens are an estimate: one for four bytes.', width).join('\n'),
  ]
  return parts.join('\n\n')
}

function section(heading: string, lines: readonly string[], width: number): readonly string[] {
  const items = lines.flatMap((line) => wrapText(`- ${terminalText(line)}`, width, '  '))
  return lines.length === 0 ? [] : [[heading, ...items].join('\n')]
}

function table(rows: readonly (readonly string[])[], cells: number): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const [fate, kind, tokens] = [width(0), width(1), width(2)]
  return rows
    .map((row) => [row[0]?.padEnd(fate), row[1]?.padEnd(kind), row[2]?.padStart(tokens), row[3]].join('  ').trimEnd())
    .map((line) => cutToCells(line, cells))
    .join('\n')
}
