/** What a token of text takes on average, as models count: close enough for limits. */
export const bytesPerToken = 4

/**
 * At most `maxBytes` of UTF-8, note included: what is too much is cut out of the middle, between whole characters, and a
 * line says how much, and where `keep` has put all of it. Only where `maxBytes` has no room for the note is the result
 * longer, by the note.
 */
export function limitOutput(text: string, maxBytes: number, keep: () => string | undefined = () => undefined): string {
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  const file = keep()
  const room = Math.max(0, maxBytes - Buffer.byteLength(noteOf(bytes.length, file)))
  const headEnd = characterStart(bytes, Math.ceil(room / 2))
  const tailStart = nextCharacterStart(bytes, bytes.length - (room - headEnd))
  const omitted = tailStart - headEnd
  return `${bytes.toString('utf8', 0, headEnd)}${noteOf(omitted, file)}${bytes.toString('utf8', tailStart)}`
}

function noteOf(omittedBytes: number, file: string | undefined): string {
  const where = file === undefined ? '' : `; read_file has all of it: ${file}`
  return `\n... ${Math.ceil(omittedBytes / bytesPerToken)} tokens omitted${where} ...\n`
}

/** The start of the character that the byte at `index` belongs to. */
function characterStart(bytes: Buffer, index: number): number {
  let start = index
  while (start > 0 && isContinuation(bytes[start])) start--
  return start
}

function nextCharacterStart(bytes: Buffer, index: number): number {
  let start = index
  while (start < bytes.length && isContinuation(bytes[start])) start++
  return start
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
