import type { Socket } from 'node:net'

/** Above this much unread text the pipe is no longer read, so that the command waits for its reader. */
const maxWaitingCharacters = 1 << 20

/** Text of a pipe as it comes, characters whole. */
export interface OutputQueue {
  /** All text since the last call; waits for some; undefined when there will be none. */
  next(): Promise<string | undefined>
  /** No more text after what has come. */
  end(): void
  /** Resolves when the last writer has closed the pipe. */
  readonly closed: Promise<void>
}

/** Reads `readable`, gives each chunk to `keep` and the decoded text to who asks. */
export function createOutputQueue(readable: Socket, keep: (chunk: Buffer) => void): OutputQueue {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let waiting = ''
  let hasEnded = false
  let wake = (): void => {}

  const add = (text: string): void => {
    waiting += text
    if (waiting.length > maxWaitingCharacters) readable.pause()
    wake()
  }
  const end = (): void => {
    if (hasEnded) return
    hasEnded = true
    add(decoder.decode())
  }
  readable.on('data', (chunk: Buffer) => {
    if (hasEnded) return
    keep(chunk)
    add(decoder.decode(chunk, { stream: true }))
  })
  const closed = new Promise<void>((resolve) => {
    readable.on('close', () => {
      end()
      resolve()
    })
    // What a broken pipe had to say has been read; 'close' follows.
    readable.on('error', end)
  })

  return {
    closed,
    end,
    async next() {
      while (waiting === '') {
        if (hasEnded) return undefined
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const text = waiting
      waiting = ''
      readable.resume()
      return text
    },
  }
}
