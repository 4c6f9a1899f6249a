import type { Socket } from 'node:net'
import { setImmediate as nextPoll } from 'node:timers/promises'
import { settledWithin } from '../kernel/settled-within.ts'

/** Above this much unread text the pipe is no longer read, so that the command waits for its reader. */
const maxWaitingCharacters = 1 << 20

/** Text of a pipe as it comes, characters whole. */
export interface OutputQueue {
  /** All text since the last call; waits for some; undefined when there will be none. */
  next(): Promise<string | undefined>
  /** Takes what is left in the pipe, once the command has ended, and then ends; waits a while for who keeps it open. */
  drain(): Promise<void>
}

/** How long what escaped the command's process group may keep the pipe open. */
const drainMs = 100

/** Reads `readable`, gives each chunk to `keep` and the decoded text to who asks. */
export function createOutputQueue(readable: Socket, keep: (chunk: Buffer) => void): OutputQueue {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let waiting = ''
  let hasEnded = false
  let isDraining = false
  let readChunks = 0
  let wake = (): void => {}

  const add = (text: string): void => {
    waiting += text
    if (waiting.length > maxWaitingCharacters && !isDraining) readable.pause()
    wake()
  }
  const end = (): void => {
    if (hasEnded) return
    hasEnded = true
    add(decoder.decode())
  }
  readable.on('data', (chunk: Buffer) => {
    if (hasEnded) return
    readChunks += 1
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
    async drain() {
      isDraining = true
      readable.resume()
      // A busy process sees its timers before what waits in the pipe: only a wait with nothing read is the end.
      for (let seenChunks = -1, round = 0; seenChunks !== readChunks && !hasEnded && round < 10; round += 1) {
        seenChunks = readChunks
        await settledWithin(closed, drainMs)
        await nextPoll()
      }
      end()
    },
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
