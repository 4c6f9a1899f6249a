import { terminalText } from '../../plugin-api/terminal-text.ts'
import { blockLines, closeFence, type MarkdownStyle, openFence } from './block-lines.ts'
import type { LexMarkdown, MarkedToken } from './lex-markdown.ts'

/** Markdown that comes in pieces. */
export interface MarkdownStream {
  /** Takes the next piece, of any length. */
  push(text: string): void
  /** The lines of all blocks that are complete now, each line once. `cells`: how wide lines may be. */
  settle(cells: number): readonly string[]
  /** What is there of the block that is not complete: harmless, and as it was written. */
  readonly rest: string
  /** The lines of all that is left: nothing more comes. */
  end(cells: number): readonly string[]
}

/** A block that is longer is shown in parts: reading it again with each piece would take ever longer. */
const maxBlockLength = 16_384

const fenceLine = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/

/** Reads a stream block by block: what follows a block cannot change it any more. Lines of a fenced block are complete one by one. */
export function openMarkdownStream(lex: LexMarkdown, paint: MarkdownStyle['paint']): MarkdownStream {
  let held = ''
  let rest = ''
  let fence: { readonly closes: RegExp; readonly indent: RegExp } | undefined
  let hasShown = false

  /** A blank line stands between blocks. */
  const apart = (lines: readonly string[]): readonly string[] => {
    if (lines.length === 0) return lines
    const shown = hasShown ? ['', ...lines] : lines
    hasShown = true
    return shown
  }

  const settleFence = (isEnd: boolean): readonly string[] => {
    const lines: string[] = []
    while (fence && rest !== '') {
      const end = rest.indexOf('\n')
      if (end === -1 && !isEnd) break
      const line = end === -1 ? rest : rest.slice(0, end)
      rest = end === -1 ? '' : rest.slice(end + 1)
      if (fence.closes.test(line)) {
        lines.push(closeFence(paint))
        fence = undefined
      } else {
        lines.push(line.replace(fence.indent, ''))
      }
    }
    if (isEnd && fence) {
      lines.push(closeFence(paint))
      fence = undefined
    }
    return lines
  }

  const openFenceAt = (): readonly string[] | undefined => {
    const text = rest.replace(/^(?:[ \t]*\n)+/, '')
    const [whole, indent = '', marks = '', tag = ''] = fenceLine.exec(text) ?? []
    if (whole === undefined || (marks.startsWith('`') && tag.includes('`'))) return undefined
    rest = text.slice(whole.length)
    fence = {
      closes: new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`),
      indent: new RegExp(`^ {0,${indent.length}}`),
    }
    return apart([openFence(tag.trim(), paint)])
  }

  /** Formats what is complete of `rest`, which begins outside of a fence. */
  const settleBlocks = (cells: number, isEnd: boolean): readonly string[] => {
    const tokens = lex(rest)
    const whole = isEnd ? tokens : tokens.slice(0, completeCount(tokens))
    // A fence goes on line by line.
    const fenceIndex = whole.findIndex((token) => token.type === 'code' && token.codeBlockStyle !== 'indented')
    const shown = fenceIndex === -1 ? whole : whole.slice(0, fenceIndex)
    rest = rest.slice(shown.reduce((length, { raw }) => length + raw.length, 0))
    return apart(blockLines(shown, { paint, cells }))
  }

  const settle = (cells: number, isEnd: boolean): readonly string[] => {
    const lines: string[] = []
    for (;;) {
      if (fence) lines.push(...settleFence(isEnd))
      if (fence || rest.trim() === '') break
      const opened = openFenceAt()
      if (opened) {
        lines.push(...opened)
        continue
      }
      const before = rest
      if (rest.length > maxBlockLength) {
        const tail = rest.slice(partEnd(rest))
        rest = rest.slice(0, rest.length - tail.length)
        lines.push(...settleBlocks(cells, true))
        // A fence inside of the part is taken up again with what follows it.
        rest += tail
      } else {
        lines.push(...settleBlocks(cells, isEnd))
      }
      if (rest === before || (!isEnd && !/^\s*(?:`{3}|~{3})/.test(rest) && rest.length <= maxBlockLength)) break
    }
    return lines
  }

  return {
    push(text) {
      const whole = held + text
      // Half a character waits for its other half.
      held = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : ''
      rest += terminalText(held === '' ? whole : whole.slice(0, -1))
    },
    settle: (cells) => settle(cells, false),
    get rest() {
      return rest.replace(/^\n+/, '')
    },
    end(cells) {
      rest += held === '' ? '' : '\ufffd'
      held = ''
      const lines = settle(cells, true)
      rest = ''
      hasShown = false
      return lines
    },
  }
}

/** How many of the tokens nothing that follows can change: all before the last block, and that one too where its end is seen. */
function completeCount(tokens: readonly MarkedToken[]): number {
  const isClosed = tokens.at(-1)?.type === 'space'
  const lastIndex = tokens.length - (isClosed ? 2 : 1)
  const last = tokens[lastIndex]
  if (last === undefined) return 0
  if (last.type === 'heading' && /^ {0,3}#/.test(last.raw) && last.raw.endsWith('\n')) return tokens.length
  return isClosed && (last.type === 'paragraph' || last.type === 'heading' || last.type === 'hr')
    ? tokens.length
    : lastIndex
}

/** Where a block that is too long is parted: behind its last line, its last word, or anywhere. */
function partEnd(text: string): number {
  const line = text.lastIndexOf('\n') + 1
  if (line > 0) return line
  const word = text.lastIndexOf(' ') + 1
  return word > 0 ? word : text.length
}
