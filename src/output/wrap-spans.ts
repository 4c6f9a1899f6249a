import { cellWidth, isWide } from './cell-width.ts'
import type { Paint } from './colours.ts'

/** Text of one look. A newline in it ends the line. */
export interface Span {
  readonly text: string
  readonly paint: Paint
}

interface Word {
  readonly spans: Span[]
  width: number
  /** A blank stands before it. */
  readonly isApart: boolean
  /** It begins a line, whatever fits. */
  readonly isForced: boolean
}

/**
 * Spans as lines of at most so many cells, broken at blanks and beside characters of scripts without blanks. A word that is too wide
 * stays whole: the terminal breaks it, and a copy of it is right. Each line closes the looks that it opens.
 */
export function wrapSpans(spans: readonly Span[], cells: number): readonly string[] {
  const lines: string[] = []
  let line: Span[] = []
  let width = 0
  const end = () => {
    lines.push(painted(line))
    line = []
    width = 0
  }
  for (const { spans: own, width: ownWidth, isApart, isForced } of wordsOf(spans)) {
    const gap = isApart && width > 0 ? 1 : 0
    if (isForced || (width > 0 && width + gap + ownWidth > cells)) {
      end()
      line.push(...own)
    } else {
      const first = own[0]
      if (gap > 0 && first) line.push({ text: ' ', paint: line.at(-1)?.paint === first.paint ? first.paint : same })
      line.push(...own)
      width += gap
    }
    width += ownWidth
  }
  end()
  return lines
}

const same: Paint = (text) => text

function wordsOf(spans: readonly Span[]): readonly Word[] {
  const words: Word[] = []
  let isApart = false
  let isForced = false
  let open: Word | undefined
  const begin = (): Word => {
    const word = { spans: [], width: 0, isApart, isForced }
    words.push(word)
    isApart = false
    isForced = false
    return word
  }
  for (const { text, paint } of spans) {
    for (const [piece] of text.matchAll(/\n|[^\S\n]+|\S+/g)) {
      if (piece === '\n') {
        if (isForced) begin()
        isForced = true
        open = undefined
      } else if (/^\s/.test(piece)) {
        isApart = true
        open = undefined
      } else {
        for (const part of breakable(piece)) {
          if (part.isBreak) open = undefined
          open ??= begin()
          open.spans.push({ text: part.text, paint })
          open.width += cellWidth(part.text)
        }
      }
    }
  }
  return words
}

/** The parts of a word between which it may be broken. */
function breakable(word: string): readonly { readonly text: string; readonly isBreak: boolean }[] {
  if (!/[^\x20-\x7e]/.test(word)) return [{ text: word, isBreak: false }]
  const parts: { text: string; isBreak: boolean }[] = []
  let wasWide = false
  for (const character of word) {
    const wide = isWide(character)
    const last = parts.at(-1)
    if (last && !(wide && !closes.has(character)) && !(wasWide && !closes.has(character) && !isMark(character)))
      last.text += character
    else parts.push({ text: character, isBreak: wide || wasWide })
    if (!isMark(character)) wasWide = wide
  }
  return parts
}

/** What does not begin a line in Chinese and Japanese. */
const closes: ReadonlySet<string> = new Set('、。，．：；？！）」』】〉》〕ー・')
const isMark = (character: string): boolean => /[\p{M}\u200d]/u.test(character)

function painted(spans: readonly Span[]): string {
  let text = ''
  for (let index = 0; index < spans.length; ) {
    const { paint } = spans[index] ?? { paint: same }
    let run = ''
    for (; spans[index]?.paint === paint; index += 1) run += spans[index]?.text ?? ''
    text += run === '' ? '' : paint(run)
  }
  return text
}
