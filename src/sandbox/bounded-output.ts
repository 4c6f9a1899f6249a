/** Output of a command kept within a bound: its beginning and its end. */
export interface BoundedOutput {
  append(chunk: Buffer): void
  /** What was kept, as text; a line between the halves says how many bytes are gone. Invalid UTF-8 becomes U+FFFD. */
  text(): string
}

/** Keeps at most `maxBytes` bytes, half of them from the beginning and half from the end. */
export function createBoundedOutput(maxBytes: number): BoundedOutput {
  const headSize = Math.ceil(maxBytes / 2)
  const tailSize = maxBytes - headSize
  const head: Buffer[] = []
  const tail: Buffer[] = []
  let headBytes = 0
  let tailBytes = 0
  let totalBytes = 0

  return {
    append(chunk) {
      totalBytes += chunk.length
      const forHead = chunk.subarray(0, headSize - headBytes)
      if (forHead.length > 0) head.push(forHead)
      headBytes += forHead.length
      const rest = chunk.subarray(forHead.length)
      if (rest.length === 0) return
      tail.push(rest)
      tailBytes += rest.length
      for (let first = tail[0]; first && tailBytes - first.length >= tailSize; first = tail[0]) {
        tailBytes -= first.length
        tail.shift()
      }
    },
    text() {
      const lastBytes = Buffer.concat(tail)
      if (totalBytes <= maxBytes) return decode(Buffer.concat([...head, lastBytes]))
      const first = withoutTornEnd(Buffer.concat(head))
      const last = withoutTornStart(lastBytes.subarray(lastBytes.length - Math.min(tailSize, lastBytes.length)))
      const omitted = totalBytes - first.length - last.length
      return `${decode(first)}\n... ${omitted} bytes omitted ...\n${decode(last)}`
    },
  }
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Cuts off a character whose end is missing. */
function withoutTornEnd(bytes: Buffer): Buffer {
  let start = bytes.length - 1
  while (start > 0 && bytes.length - start < 4 && isContinuation(bytes[start])) start -= 1
  const lead = bytes[start] ?? 0
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return bytes.length - start < needed ? bytes.subarray(0, start) : bytes
}

/** Cuts off a character whose beginning is missing. */
function withoutTornStart(bytes: Buffer): Buffer {
  let start = 0
  while (start < 3 && isContinuation(bytes[start])) start += 1
  return bytes.subarray(start)
}
