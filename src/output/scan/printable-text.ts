import { terminalText } from '../../plugin-api/terminal-text.ts'

/**
 * Text of others for a list or a document that people read: what could drive a terminal or hide becomes visible, as on a terminal
 * (`\x1b`), and halves of surrogate pairs become U+FFFD.
 */
export function printableText(text: string): string {
  return terminalText(text.toWellFormed())
}

/** The same on one line. */
export const printableLine = (text: string): string => printableText(text.replace(/\s+/g, ' ').trim())
