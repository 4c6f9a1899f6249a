import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { CodexError } from '../../plugin-api/errors.ts'
import { parseRolloutLine } from '../rollout-lines.ts'
import type { RecordLine } from '../thread-store.ts'

const chunkBytes = 1024 * 1024

/**
 * The whole lines of a record behind its first `offset` bytes, in memory bounded by the longest line; one that is put away is
 * decompressed as a whole. A last line that is being written, or torn, is left out.
 *
 * @throws CodexError `rollout.unreadable`
 */
export function* readRecordLines(file: string, offset: number): Generator<RecordLine> {
  /** Of a line that goes on in the next chunk. */
  let parts: Buffer[] = []
  let end = offset
  for (const chunk of file.endsWith('.zst') ? [unpacked(file).subarray(offset)] : chunksOf(file, offset)) {
    let start = 0
    for (let next = chunk.indexOf(0x0a); next !== -1; next = chunk.indexOf(0x0a, start)) {
      const bytes =
        parts.length === 0 ? chunk.subarray(start, next) : Buffer.concat([...parts, chunk.subarray(0, next)])
      parts = []
      end += bytes.length + 1
      yield { line: parseRolloutLine(bytes), end }
      start = next + 1
    }
    // The chunk's memory is used again.
    if (start < chunk.length) parts.push(Buffer.from(chunk.subarray(start)))
  }
  // The beginning of an object is never one itself: this line lacks its newline and nothing else.
  const line = parts.length === 0 ? undefined : parseRolloutLine(Buffer.concat(parts))
  if (line) yield { line, end, unfinished: true }
}

function* chunksOf(file: string, offset: number): Generator<Buffer> {
  const descriptor = readable(file, () => openSync(file, 'r'))
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (let position = offset; ; ) {
      const count = readable(file, () => readSync(descriptor, buffer, 0, chunkBytes, position))
      if (count === 0) return
      position += count
      yield buffer.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** A record that is put away, as it was. @throws CodexError `rollout.unreadable` */
export function unpacked(file: string): Buffer {
  const packed = readable(file, () => readFileSync(file))
  try {
    // Every turn imports this file, and few read a record that is put away.
    return process.getBuiltinModule('node:zlib').zstdDecompressSync(packed)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CodexError('rollout.unreadable', `The archived rollout ${file} is damaged: ${why}`, {
      hint: 'Put a copy of the file in its place, or delete the thread: codex threads delete ID.',
      location: { file },
      cause,
    })
  }
}

function readable<Value>(file: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CodexError('rollout.unreadable', `The rollout ${file} cannot be read: ${why}`, {
      hint: 'Make the file readable for you; codex threads list shows the others.',
      location: { file },
      cause,
    })
  }
}
