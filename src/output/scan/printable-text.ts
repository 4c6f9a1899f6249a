/**
 * Text of others for a document that people read: control characters but tab and newline, marks that change the direction of what
 * follows, and halves of surrogate pairs become U+FFFD.
 */
export function printableText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(hidden, '\ufffd')
}

/** The same on one line. */
export const printableLine = (text: string): string => printableText(text.replace(/\s+/g, ' ').trim())
