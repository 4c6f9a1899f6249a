import { cellWidth } from '../cell-width.ts'
import type { Colours } from '../colours.ts'
import { type Span, wrapSpans } from '../wrap-spans.ts'
import { inlineSpans } from './inline-spans.ts'
import type { Tokens } from './lex-markdown.ts'

const gap = ' │ '
const leastColumn = 6

/** A table in so many cells: its columns become narrower until they fit, and where that is not possible each row is a list of its fields. */
export function tableLines(table: Tokens.Table, cells: number, paint: Colours): readonly string[] {
  const header = table.header.map((cell) => bold(inlineSpans(cell.tokens, paint), paint))
  const rows = table.rows.map((row) => row.map((cell) => inlineSpans(cell.tokens, paint)))
  const natural = header.map((cell, column) =>
    Math.max(1, ...[cell, ...rows.map((row) => row[column] ?? [])].map((spans) => cellWidth(textOf(spans)))),
  )
  const room = cells - gap.length * (natural.length - 1)
  const widths = fitted(natural, room)
  if (widths === undefined) return fieldLines(header, rows, cells)
  const rule = paint.dim(widths.map((width) => '─'.repeat(width)).join('─┼─'))
  const aligned = (row: readonly (readonly Span[])[]) => rowLines(row, widths, table.align, paint)
  return [...aligned(header), rule, ...rows.flatMap(aligned)]
}

/** The widest columns give way first; undefined where columns would be too narrow to read. */
function fitted(natural: readonly number[], room: number): readonly number[] | undefined {
  if (room < natural.reduce((sum, width) => sum + Math.min(width, leastColumn), 0)) return undefined
  let bound = Math.max(...natural)
  const total = () => natural.reduce((sum, width) => sum + Math.min(width, bound), 0)
  while (total() > room) bound -= 1
  return natural.map((width) => Math.min(width, bound))
}

function rowLines(
  row: readonly (readonly Span[])[],
  widths: readonly number[],
  align: Tokens.Table['align'],
  paint: Colours,
): readonly string[] {
  const wrapped = widths.map((width, column) => cellLines(row[column] ?? [], width))
  const height = Math.max(...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => {
        const { text, cells } = wrapped[column]?.[line] ?? { text: '', cells: 0 }
        const free = Math.max(0, width - cells)
        const before = align[column] === 'right' ? free : align[column] === 'center' ? Math.floor(free / 2) : 0
        return `${' '.repeat(before)}${text}${' '.repeat(free - before)}`
      })
      .join(paint.dim(gap))
      .trimEnd(),
  )
}

/** Lines of a cell with their widths. Here a long word is broken, or the columns would not stand. */
function cellLines(
  spans: readonly Span[],
  width: number,
): readonly { readonly text: string; readonly cells: number }[] {
  const pieces = spans.flatMap(({ text, paint }) => brokenWords(text, width).map((piece) => ({ text: piece, paint })))
  const plain = wrapSpans(
    pieces.map(({ text }) => ({ text, paint: identity })),
    width,
  )
  const looks = wrapSpans(pieces, width)
  return looks.map((text, index) => ({ text, cells: cellWidth(plain[index] ?? '') }))
}

const identity = (text: string): string => text

function brokenWords(text: string, width: number): readonly string[] {
  return text.split(/(?<=\s)|(?=\s)/).flatMap((word) => {
    if (cellWidth(word) <= width) return [word]
    const parts: string[] = []
    let part = ''
    for (const character of word) {
      if (part !== '' && cellWidth(part + character) > width) {
        parts.push(part, ' ')
        part = ''
      }
      part += character
    }
    return [...parts, part]
  })
}

function fieldLines(
  header: readonly (readonly Span[])[],
  rows: readonly (readonly (readonly Span[])[])[],
  cells: number,
): readonly string[] {
  return rows.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...row.flatMap((cell, column) => {
      const title = header[column] ?? []
      return wrapSpans([...title, { text: ': ', paint: identity }, ...cell], cells)
    }),
  ])
}

const textOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('')

function bold(spans: readonly Span[], paint: Colours): readonly Span[] {
  return spans.map((span) => ({ text: span.text, paint: (text) => paint.bold(span.paint(text)) }))
}
