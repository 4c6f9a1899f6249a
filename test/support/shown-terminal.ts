import { characterWidth } from '../../src/output/cell-width.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const parts = /\u001b\[[\d;]*[A-Za-z]|[\s\S]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const look = /^\u001b\[[\d;]*m$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

/**
 * A terminal of so many columns and endless rows, as far as our output and Node's readline drive one: text that wraps, newline, carriage
 * return, cursor up and to a column, erase, and looks, which are passed over. Anything else fails the test.
 */
export class ShownTerminal {
  private rows: { cells: string[]; wraps: boolean }[] = [{ cells: [], wraps: false }]
  private row = 0
  private column = 0
  columns: number

  constructor(columns: number) {
    this.columns = columns
  }

  write(text: string): void {
    for (const [part] of text.matchAll(parts)) this.take(part)
  }

  /** Lines as a person sees them; those that the terminal wrapped are joined. */
  get lines(): readonly string[] {
    const lines: string[] = []
    let isOpen = false
    for (const { cells, wraps } of this.rows) {
      const text = Array.from(cells, (cell) => cell ?? ' ').join('')
      if (isOpen) lines.push(`${lines.pop()}${text}`)
      else lines.push(text)
      isOpen = wraps
    }
    return lines.map((line) => line.trimEnd())
  }

  /** Becomes wider or narrower, and breaks what it shows anew. The cursor stays at its character. */
  resize(columns: number): void {
    const at = { row: this.row, column: this.column }
    const old = this.rows
    this.columns = columns
    this.rows = []
    for (let index = 0; index < old.length; ) {
      const cells: string[] = []
      let cursor: number | undefined
      for (;;) {
        const row = old[index] ?? { cells: [], wraps: false }
        if (at.row === index) cursor = cells.length + at.column
        cells.push(...row.cells)
        index += 1
        if (!row.wraps) break
      }
      const first = this.rows.length
      for (let start = 0; start === 0 || start < cells.length; start += columns) {
        this.rows.push({ cells: cells.slice(start, start + columns), wraps: start + columns < cells.length })
      }
      if (cursor !== undefined) {
        this.row = Math.min(this.rows.length - 1, first + Math.floor(cursor / columns))
        this.column = cursor - (this.row - first) * columns
      }
    }
  }

  private take(part: string): void {
    if (part === '\n') {
      this.row += 1
      this.column = 0
      this.rows[this.row] ??= { cells: [], wraps: false }
    } else if (part === '\r') {
      this.column = 0
    } else if (part === '\u001b[1A') {
      this.row = Math.max(0, this.row - 1)
    } else if (part === '\u001b[2K') {
      this.rows[this.row] = { cells: [], wraps: false }
      const before = this.rows[this.row - 1]
      if (before) before.wraps = false
    } else if (part === '\u001b[0J') {
      this.rows.length = this.row + 1
      this.rows[this.row]?.cells.splice(this.column)
    } else if (/^.\[\d+G$/.test(part)) {
      this.column = Number(part.slice(2, -1)) - 1
    } else if (look.test(part)) {
      return
    } else if (control.test(part)) {
      throw new Error(`the terminal was driven by ${JSON.stringify(part)}`)
    } else {
      this.put(part)
    }
  }

  private put(character: string): void {
    const width = characterWidth(character)
    const row = this.rows[this.row]
    if (width === 0 || !row) {
      const before = row?.cells[this.column - 1]
      if (row && before !== undefined) row.cells[this.column - 1] = before + character
      return
    }
    if (this.column + width > this.columns) {
      row.wraps = true
      this.row += 1
      this.column = 0
      this.rows[this.row] ??= { cells: [], wraps: false }
    }
    const cells = this.rows[this.row]?.cells ?? []
    while (cells.length < this.column) cells.push(' ')
    cells[this.column] = character
    if (width === 2) cells[this.column + 1] = ''
    this.column += width
  }
}
