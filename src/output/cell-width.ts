/**
 * Characters that take two cells: East Asian Width W and F (Unicode's EastAsianWidth.txt, in blocks), and emoji that are shown as such.
 */
const wide =
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/u
/** Characters that take none: combining marks, joiners and direction marks. */
const none = /[\p{Mn}\p{Me}\u200b-\u200f\u061c\u{e0020}-\u{e007f}]/u
const ascii = /^[\x20-\x7e]*$/

/**
 * How many cells of a terminal a text takes that holds no control characters. Emoji that are joined count as their parts, as terminals
 * show them that do not join: so the result may be too large, never too small.
 */
export function cellWidth(text: string): number {
  if (ascii.test(text)) return text.length
  let cells = 0
  for (const character of text) cells += characterWidth(character)
  return cells
}

/** The cells of one character; one that is shown as an emoji by a selector behind it counts with the selector. */
export function characterWidth(character: string): 0 | 1 | 2 {
  if (character === '\ufe0f') return 1
  if (none.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** Whether a line may be broken before and behind this character: those of scripts without blanks. */
export const isWide = (character: string): boolean => wide.test(character)

/** As much of a text as fits into so many cells; what is cut off is told by an ellipsis. */
export function cutToCells(text: string, cells: number): string {
  if (text.length <= cells && ascii.test(text)) return text
  let width = 0
  let kept = ''
  let keptBefore = ''
  for (const character of text) {
    width += characterWidth(character)
    if (width > cells) return cells < 1 ? '' : `${keptBefore}…`
    kept += character
    if (width < cells) keptBefore = kept
  }
  return kept
}

/** A text in rows of so many cells, broken wherever a row is full; no row is wider. */
export function rowsOf(text: string, cells: number): readonly string[] {
  const rows: string[] = []
  for (const line of text.split('\n')) {
    let row = ''
    let width = 0
    for (const character of line) {
      const own = characterWidth(character)
      if (width + own > cells && row !== '') {
        rows.push(row)
        row = ''
        width = 0
      }
      row += character
      width += own
    }
    rows.push(row)
  }
  return rows
}
