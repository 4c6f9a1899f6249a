import { printableLine } from './printable-text.ts'

/** On one line, with every mark of Markdown and HTML escaped (CommonMark 2.4), and no control character. */
export function plainMarkdown(text: string): string {
  return printableLine(text)
    .replace(/[&<>]/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[mark] ?? mark)
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
}

/** As code, within more backticks than the text has in a row. */
export function inlineCode(text: string): string {
  const line = printableLine(text) || ' '
  const ticks = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${pad}${line}${pad}${ticks}`
}

/** Length of the longest row of backticks. */
export const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
