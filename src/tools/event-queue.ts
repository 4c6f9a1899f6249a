/** Values from producers that do not wait, for one reader that does. */
export interface EventQueue<T> extends AsyncIterable<T> {
  /** Ignored after `close`. */
  push(value: T): void
  /** Ends the reader once it has read what was pushed. */
  close(): void
  /** Resolves when the reader has come back for more than was pushed, or the queue is closed: a slow reader slows the source. */
  drained(): Promise<void>
}

export function createEventQueue<T>(): EventQueue<T> {
  const values: T[] = []
  let isClosed = false
  let wakeReader = () => {}
  let wakeProducers: (() => void)[] = []
  const releaseProducers = () => {
    const waiting = wakeProducers
    wakeProducers = []
    for (const wake of waiting) wake()
  }
  return {
    push(value) {
      if (isClosed) return
      values.push(value)
      wakeReader()
    },
    close() {
      isClosed = true
      wakeReader()
      releaseProducers()
    },
    async drained() {
      if (isClosed) return
      await new Promise<void>((resolve) => wakeProducers.push(resolve))
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const value = values.shift()
        if (value !== undefined) {
          yield value
          continue
        }
        if (isClosed) return
        const woken = new Promise<void>((resolve) => {
          wakeReader = resolve
        })
        releaseProducers()
        await woken
      }
    },
  }
}
