import type { CompactionItem, CompactionPreview } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'

const fates: Readonly<Record<CompactionItem['fate'], string>> = {
  keep: 'stays',
  shorten: 'is cut',
  summarise: 'summarised',
}

/** What a compaction would do, for people: each item of the history and its fate, then sums, the plan and the files. */
export function compactionText(preview: CompactionPreview): string {
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
    table([['', 'what', 'tokens', ''], ...rows]),
    ...(focus === '' ? [] : [`Focus of the summary: ${terminalText(focus)}`]),
    ...section('The plan would be told again:', plan),
    ...section('The files would be listed:', files),
    goes.length === 0
      ? 'Nothing would be summarised: the thread is as short as it can be.'
      : `${goes.length} of ${items.length} items, ${went} tokens, would give way to a summary of at most ${tokensOfSummary} tokens: ${tokensBefore} tokens now, ${tokensKept} and the summary then. They stay in the record: codex threads show.`,
    'Tokens are an estimate: one for four bytes.',
  ]
  return parts.join('\n\n')
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [[heading, ...lines.map((line) => `- ${terminalText(line)}`)].join('\n')]
}

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const [fate, kind, tokens] = [width(0), width(1), width(2)]
  return rows
    .map((row) => [row[0]?.padEnd(fate), row[1]?.padEnd(kind), row[2]?.padStart(tokens), row[3]].join('  ').trimEnd())
    .join('\n')
}
