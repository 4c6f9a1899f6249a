import { cellWidth, cutToCells } from '../cell-width.ts'
import type { Span } from '../wrap-spans.ts'

/** A terminal, as far as it is written to. */
export interface LiveTerminal {
  write(text: string): void
  /** As it is at this moment. */
  size(): { readonly columns: number; readonly rows: number }
  /** True where a terminal that becomes narrower breaks the lines that it shows anew, as most do; false where it cuts them. */
  readonly reflows: boolean
}

/** The end of a terminal's output: text that stays, and under it rows that are drawn anew in place. */
export interface LiveScreen {
  /** Puts text above the live rows, for good. It ends with a newline, or gets one. */
  print(text: string): void
  /** Draws the live rows: one row each, cut to the width. */
  show(rows: readonly Span[]): void
  /** Draws the same rows anew: the terminal has another size. */
  refresh(): void
  /** Cells of a row. */
  readonly columns: number
  /** Rows that the live part may have. */
  readonly maxRows: number
  /** Takes the live rows away while something else is shown; what is printed meanwhile waits. */
  suspend(): void
  /** Goes on behind what was shown, which ended its line. */
  resume(): void
  /** Takes the live rows away for good. May be called again. */
  close(): void
}

/** A part of the terminal at most, so that what was said stays in sight. */
const maxLiveRows = 8
const leastColumns = 20
/** Erase in Line (ECMA-48 8.3.41). */
const clearRow = '\u001b[2K'

/**
 * Draws by writing below what stands there: the cursor goes up only over rows that this drew itself, so nothing above them can be
 * lost. The cursor is never hidden, and no mode of the terminal is changed: there is nothing to restore after a crash.
 */
export function openLiveScreen(terminal: LiveTerminal): LiveScreen {
  let drawn: readonly string[] = []
  let rows: readonly Span[] = []
  let waiting = ''
  let isSuspended = false
  let isClosed = false
  const columns = () => Math.max(leastColumns, terminal.size().columns)

  /** What takes the rows away, and leaves the cursor where the first began. */
  const erasure = (): string => {
    if (drawn.length === 0) return ''
    const { columns: width } = terminal.size()
    const height = drawn.reduce((sum, row) => sum + heightOf(row, width, terminal.reflows), 0)
    drawn = []
    // Row by row: what clears a whole screen puts it into the history of some terminals.
    return `\r${clearRow}${`\u001b[1A${clearRow}`.repeat(height - 1)}`
  }
  const draw = (text: string) => {
    const erase = erasure()
    // The last cell stays free: a terminal whose cursor stands behind it wraps at its next character, or does not.
    const cells = Math.max(1, terminal.size().columns - 1)
    const shown = isClosed ? [] : rows.map(({ text: row, paint }) => ({ text: cutToCells(row, cells), paint }))
    drawn = shown.map((row) => row.text)
    const all = `${erase}${text}${shown.map((row) => row.paint(row.text)).join('\n')}`
    if (all !== '') terminal.write(all)
  }

  return {
    print(text) {
      const whole = text.endsWith('\n') ? text : `${text}\n`
      if (isSuspended) waiting += whole
      else draw(whole)
    },
    show(next) {
      rows = next
      if (!isSuspended && !isClosed) draw('')
    },
    refresh() {
      if (!isSuspended && !isClosed) draw('')
    },
    get columns() {
      return columns()
    },
    get maxRows() {
      return Math.max(1, Math.min(maxLiveRows, terminal.size().rows - 2))
    },
    suspend() {
      const erase = erasure()
      if (erase !== '') terminal.write(erase)
      isSuspended = true
    },
    resume() {
      isSuspended = false
      const text = waiting
      waiting = ''
      draw(text)
    },
    close() {
      rows = []
      isClosed = true
      isSuspended = false
      const text = waiting
      waiting = ''
      draw(text)
    },
  }
}

function heightOf(row: string, columns: number, reflows: boolean): number {
  return reflows ? Math.max(1, Math.ceil(cellWidth(row) / Math.max(1, columns))) : 1
}
