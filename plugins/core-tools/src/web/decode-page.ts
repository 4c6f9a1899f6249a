/** How far into a page its own `<meta charset>` is looked for (HTML standard, "prescan a byte stream"). */
const prescanBytes = 1024

/** The charset of a page: its byte order mark, its header, its own `meta`; undefined where nothing says it. */
export function charsetOf(contentType: string, html: Uint8Array | undefined): string | undefined {
  const ofHeader = /charset\s*=\s*"?([\w:.-]+)/i.exec(contentType)?.[1]
  if (ofHeader !== undefined || html === undefined) return ofHeader
  const head = Buffer.from(html.buffer, html.byteOffset, Math.min(html.length, prescanBytes)).toString('latin1')
  return /<meta[^>]+charset\s*=\s*["']?([\w:.-]+)/i.exec(head)?.[1]
}

/** The text, in UTF-8 where the charset is not said or not known. A byte order mark goes before all else. */
export function decodePage(bytes: Uint8Array, charset: string | undefined): string {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined
  try {
    return new TextDecoder(marked ?? charset ?? 'utf-8').decode(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new TextDecoder().decode(bytes)
  }
}
