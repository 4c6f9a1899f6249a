import type { ValueRedactor } from '../security/redact.ts'

/** Of a text that comes in pieces, so much waits at most for the end of a word. */
const maxHeldLength = 4096

/** A text that comes in pieces, to be looked through for credentials. */
export interface HeldWords {
  /** Takes a piece and gives what can be shown: all up to the last white space, and no beginning of a value that has some. */
  push(piece: string): string
  /** What is still held; nothing is afterwards. */
  rest(): string
}

/** Holds the last word of a text back until it is whole, and the beginning of a value that is more than a word. */
export function holdWords({ openFrom }: Pick<ValueRedactor, 'openFrom'>): HeldWords {
  let held = ''
  /** Where the last word of `held` begins: no piece is looked through twice. */
  let wordAt = 0
  return {
    push(piece) {
      const text = held + piece
      const inPiece = endOfWords(piece)
      const last = inPiece > 0 ? held.length + inPiece : wordAt
      const end = Math.min(text.length > maxHeldLength ? text.length : last, openFrom(text))
      held = text.slice(end)
      wordAt = Math.max(0, last - end)
      return text.slice(0, end)
    },
    rest() {
      const text = held
      held = ''
      wordAt = 0
      return text
    },
  }
}

/** Where the last word begins; 0 where there is no white space. */
function endOfWords(text: string): number {
  let end = text.length
  while (end > 0 && !isSpace(text.charCodeAt(end - 1))) end -= 1
  return end
}

/** What `\s` matches; a megabyte in one word is looked through letter by letter. */
function isSpace(code: number): boolean {
  if (code < 0x80) return code === 32 || (code >= 9 && code <= 13)
  return /\s/.test(String.fromCharCode(code))
}
