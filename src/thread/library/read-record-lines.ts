import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { parseRolloutLine, type RolloutLine } from '../rollout-lines.ts'

const chunkBytes = 1024 * 1024

/** A whole line of a record. */
export interface RecordLine {
  /** Undefined where it is no JSON object of the known shape. */
  readonly line: RolloutLine | undefined
  /** Bytes of the record up to and with it. */
  readonly end: number
}

/**
 * The whole lines of a record behind its first `offset` bytes, in memory bounded by the longest line; one that is put away is
 * decompressed as a whole. A last line without its newline is being written, or torn, and is left out.
 *
 * @throws the `node:fs` error
 */
export function* readRecordLines(file: string, offset: number): Generator<RecordLine> {
  let rest: Buffer = Buffer.alloc(0)
  let end = offset
  for (const chunk of file.endsWith('.zst') ? [zstdDecompressSync(readFileSync(file))] : chunksOf(file, offset)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let next = bytes.indexOf(0x0a, start); next !== -1; next = bytes.indexOf(0x0a, start)) {
      end += next + 1 - start
      yield { line: parseRolloutLine(bytes.toString('utf8', start, next)), end }
      start = next + 1
    }
    rest = Buffer.from(bytes.subarray(start))
  }
}

function* chunksOf(file: string, offset: number): Generator<Buffer> {
  const descriptor = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(chunkBytes)
    for (let position = offset; ; ) {
      const count = readSync(descriptor, buffer, 0, chunkBytes, position)
      if (count === 0) return
      position += count
      yield buffer.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}
