import { BrokenStream } from './broken-stream.ts'
import type { ModelStream } from './model-api.ts'
import { wait } from './pace.ts'

/** How long a response may stay open after its last event, so that its connection can serve the next request. */
const tailMs = 20

/**
 * The bytes of a stream, a network chunk at a time. Left early, what is nearly at its end is read to it, and anything else
 * closes the connection. @throws BrokenStream for a connection that breaks; the abort reason
 */
export async function* streamChunks(stream: ModelStream): AsyncGenerator<Uint8Array> {
  const chunks = stream.body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await readChunk(chunks, stream.signal)
      stream.touch()
      if (done) return
      yield value
    }
  } finally {
    stream.stop()
    await drain(chunks, stream)
  }
}

async function readChunk(chunks: AsyncIterator<Uint8Array>, signal: AbortSignal) {
  signal.throwIfAborted()
  try {
    return await chunks.next()
  } catch (cause) {
    signal.throwIfAborted()
    throw new BrokenStream(innermost(cause), { cause })
  }
}

/** Reads to the end if that is near, else closes the connection. */
async function drain(chunks: AsyncIterator<Uint8Array>, { signal, cancel }: ModelStream): Promise<void> {
  const late = new AbortController()
  const isOver = () => true
  const deadline = wait(tailMs, AbortSignal.any([signal, late.signal])).then(isOver, isOver)
  const end = async (): Promise<boolean> => {
    for (;;) if ((await chunks.next()).done) return false
  }
  const isLate = signal.aborted || (await Promise.race([end().catch(() => false), deadline]))
  late.abort()
  if (isLate) cancel()
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? innermost(error.cause) : error.message
}
