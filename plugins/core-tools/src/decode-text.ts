export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string
  /** A NUL among the first bytes, as git and grep tell it. */
  readonly isBinary: boolean
  /** Bytes that are no UTF-8 stand as U+FFFD. */
  readonly isLossy: boolean
}

const binaryProbeBytes = 8000

export function decodeText(bytes: Uint8Array): DecodedText {
  const isBinary = bytes.subarray(0, binaryProbeBytes).includes(0)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isBinary, isLossy: false }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { text: new TextDecoder().decode(bytes), isBinary, isLossy: true }
  }
}
