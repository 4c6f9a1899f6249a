/** One line as it is shown. */
export interface ShownLine {
  /** Without its end; cut at the bound. */
  readonly bytes: Buffer
  /** Where it begins in the file. */
  readonly start: number
  /** Of the whole line. */
  readonly lengthBytes: number
}

/** Some lines of a file, and what there is around them. */
export interface LineWindow {
  readonly lines: readonly ShownLine[]
  /** Of the whole file; a last line end begins no further line. */
  readonly total: number
  /** True where counting stopped at the bound: there are more than `total`. */
  readonly isMore: boolean
}

/** Which lines, and how much of each. */
export interface WindowOptions {
  /** From 1. */
  readonly first: number
  readonly count: number
  readonly maxLineBytes: number
  /** After so many bytes lines are counted no further. */
  readonly maxCountedBytes: number
}

const newline = 0x0a

/**
 * Takes a window of lines out of the pieces of a file. Holds those lines and one piece, however large the file and its lines
 * are.
 */
export async function readLines(
  chunks: AsyncIterable<Uint8Array>,
  { first, count, maxLineBytes, maxCountedBytes }: WindowOptions,
): Promise<LineWindow> {
  const lines: ShownLine[] = []
  let kept: Buffer[] = []
  let keptBytes = 0
  let number = 1
  let lineStart = 0
  let position = 0
  const endLine = (end: number) => {
    if (number >= first && number < first + count) {
      lines.push({ bytes: withoutReturn(Buffer.concat(kept)), start: lineStart, lengthBytes: end - lineStart })
    }
    kept = []
    keptBytes = 0
  }
  for await (const piece of chunks) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    let at = 0
    while (at < chunk.length) {
      const found = chunk.indexOf(newline, at)
      const end = found === -1 ? chunk.length : found
      if (number >= first && number < first + count && keptBytes < maxLineBytes) {
        const part = chunk.subarray(at, Math.min(end, at + maxLineBytes - keptBytes))
        kept.push(Buffer.from(part))
        keptBytes += part.length
      }
      if (found === -1) break
      endLine(position + found)
      number++
      lineStart = position + found + 1
      at = found + 1
    }
    position += chunk.length
    if (position >= maxCountedBytes && number >= first + count) return { lines, total: number - 1, isMore: true }
  }
  if (position > lineStart) endLine(position)
  return { lines, total: position > lineStart ? number : number - 1, isMore: false }
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line
}
