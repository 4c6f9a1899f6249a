/** How the bytes of a text are read. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be'

export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string
  /** Bytes that do not belong to the encoding stand as U+FFFD. */
  readonly isLossy: boolean
}

const binaryProbeBytes = 8000

/** What the first bytes of a file say: a byte order mark, or else UTF-8. */
export function encodingOf(head: Uint8Array): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** A NUL among the first bytes, as git and grep tell it, but for UTF-16, which is full of them. */
export function isBinary(head: Uint8Array): boolean {
  return encodingOf(head) === 'utf-8' && head.subarray(0, binaryProbeBytes).includes(0)
}

export function decodeText(bytes: Uint8Array, encoding: TextEncoding = encodingOf(bytes)): DecodedText {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), isLossy: false }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { text: new TextDecoder(encoding).decode(bytes), isLossy: true }
  }
}
