/**
 * Cuts a text to a number of bytes, at the end of a line where there is one, and says so at the cut and in `note`.
 * `goesOn` is true where the text was cut already, so that more follows than is here.
 */
export function cutText(
  text: string,
  maxBytes: number,
  name: string,
  goesOn = false,
): { readonly text: string; readonly note?: string } {
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes && !goesOn) return { text }
  // The cut may fall into a character, of which the replacement character is left.
  const head = bytes
    .subarray(0, maxBytes)
    .toString()
    .replace(/\uFFFD$/, '')
  const lastLine = head.lastIndexOf('\n')
  const kept = lastLine > 0 ? head.slice(0, lastLine) : head
  const note = `${name} is cut: only its first ${Buffer.byteLength(kept)} bytes are shown`
  return { text: `${kept}\n[${note}]`, note }
}
