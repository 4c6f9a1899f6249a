/**
 * Resolves once a promise has settled, however it did, and after `timeoutMs` at the latest. A timer and nothing else: one of
 * `node:timers/promises` that is aborted makes two errors with their stacks.
 */
export function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs)
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    promise.then(end, end)
  })
}
