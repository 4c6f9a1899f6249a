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
  return {
    push(piece) {
      const text = held + piece
      const end = Math.min(text.length > maxHeldLength ? text.length : endOfWords(text), openFrom(text))
      held = text.slice(end)
      return text.slice(0, end)
    },
    rest() {
      const text = held
      held = ''
      return text
    },
  }
}

/** Where the last word begins. */
function endOfWords(text: string): number {
  let end = text.length
  while (end > 0 && !/\s/.test(text.charAt(end - 1))) end -= 1
  return end
}
