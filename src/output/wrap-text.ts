import type { Paint } from './colours.ts'
import { wrapSpans } from './wrap-spans.ts'

/**
 * A text of one look in lines of at most so many cells, broken between words. Blanks that it begins with stand before each line, and
 * `indent` before all but the first.
 */
export function wrapText(text: string, cells: number, indent = '', paint: Paint = (each) => each): readonly string[] {
  if (!Number.isFinite(cells)) return [paint(text)]
  const [margin = ''] = /^ */.exec(text) ?? []
  const room = Math.max(1, cells - margin.length - indent.length)
  const lines = wrapSpans([{ text: text.slice(margin.length), paint }], room)
  return lines.map((line, index) => `${margin}${index === 0 ? '' : indent}${line}`)
}
