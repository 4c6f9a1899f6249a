import type { Readable } from 'node:stream'

const keptBytes = 4096

/** Reads a stream to its end; gives the last 4 KiB of what has come so far. */
export function keepEnd(stream: Readable): () => string {
  let kept = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-keptBytes)
  })
  return () => kept.toString('utf8')
}
