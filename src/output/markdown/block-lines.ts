import { terminalText } from '../../plugin-api/terminal-text.ts'
import type { Colours } from '../colours.ts'
import { type Span, wrapSpans } from '../wrap-spans.ts'
import { inlineSpans } from './inline-spans.ts'
import { knownTokens, type MarkedToken, type Token, type Tokens } from './lex-markdown.ts'
import { tableLines } from './table-lines.ts'

export interface MarkdownStyle {
  readonly paint: Colours
  /** Cells of a line. */
  readonly cells: number
}

const widestRule = 40
const leastCells = 10

/**
 * Blocks of Markdown as lines for a terminal, a blank line between them. The marks of headings, lists and fences stay: they say what
 * something is without colours. Lines of code are neither broken nor changed, so that a copy of them is right.
 */
export function blockLines(tokens: readonly Token[], style: MarkdownStyle): readonly string[] {
  const lines: string[] = []
  for (const token of knownTokens(tokens)) {
    if (token.type === 'space') continue
    if (lines.length > 0) lines.push('')
    lines.push(...linesOf(token, style))
  }
  return lines
}

function linesOf(token: MarkedToken, style: MarkdownStyle): readonly string[] {
  const { paint, cells } = style
  switch (token.type) {
    case 'heading': {
      const mark: Span = { text: `${'#'.repeat(token.depth)} `, paint: paint.bold }
      const title = inlineSpans(token.tokens, paint).map((span) => ({
        text: span.text,
        paint: (text: string) => paint.bold(span.paint(text)),
      }))
      return wrapSpans([mark, ...title], cells)
    }
    case 'paragraph':
    case 'text':
      return wrapSpans(inlineSpans(token.tokens ?? [token], paint), cells)
    case 'code':
      return codeLines(token, paint)
    case 'list':
      return listLines(token, style)
    case 'blockquote': {
      const inner = blockLines(token.tokens, { paint, cells: Math.max(leastCells, cells - 2) })
      return inner.map((line) => `${paint.dim('│')} ${line}`.trimEnd())
    }
    case 'table':
      return tableLines(token, cells, paint)
    case 'hr':
      return [paint.dim('─'.repeat(Math.min(cells, widestRule)))]
    default:
      return terminalText(token.raw).trimEnd().split('\n')
  }
}

function codeLines({ text, lang = '', codeBlockStyle }: Tokens.Code, paint: Colours): readonly string[] {
  const lines = terminalText(text).split('\n')
  return codeBlockStyle === 'indented'
    ? lines.map((line) => `    ${line}`)
    : [openFence(lang, paint), ...lines, closeFence(paint)]
}

/** The line over a block of code; the tag is that of the model. */
export const openFence = (tag: string, paint: Colours): string => paint.dim(`\`\`\`${terminalText(tag)}`)

/** The line under it. */
export const closeFence = (paint: Colours): string => paint.dim('```')

function listLines({ items, ordered, start, loose }: Tokens.List, { paint, cells }: MarkdownStyle): readonly string[] {
  const last = Number(start || 1) + items.length - 1
  const markWidth = ordered ? String(last).length + 2 : 2
  const inner = { paint, cells: Math.max(leastCells, cells - markWidth) }
  return items.flatMap((item, index) => {
    const mark = ordered ? `${Number(start || 1) + index}. `.padStart(markWidth) : '• '
    const [first = '', ...rest] = itemLines(item, inner)
    const lines = [`${mark}${first}`, ...rest.map((line) => `${' '.repeat(markWidth)}${line}`.trimEnd())]
    return loose && index > 0 ? ['', ...lines] : lines
  })
}

/** What an item holds: blank lines stand between its blocks only where the list has them. */
function itemLines({ tokens, loose }: Tokens.ListItem, style: MarkdownStyle): readonly string[] {
  const lines: string[] = []
  let box: Token | undefined
  for (const token of knownTokens(tokens)) {
    if (token.type === 'space') continue
    if (token.type === 'checkbox') {
      box = token
      continue
    }
    if (loose && lines.length > 0) lines.push('')
    const hasText = token.type === 'text' || token.type === 'paragraph'
    if (box && hasText)
      lines.push(...wrapSpans(inlineSpans([box, ...(token.tokens ?? [token])], style.paint), style.cells))
    else lines.push(...linesOf(token, style))
    box = undefined
  }
  return lines
}
