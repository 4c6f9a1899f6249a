/** Calls `act` again and again, which keeps no program alive, until what it returns is called. */
export function callEvery(intervalMs: number, act: () => void): () => void {
  const timer = setInterval(act, intervalMs).unref()
  return () => clearInterval(timer)
}
