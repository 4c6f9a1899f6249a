/** Gives a value that was gathered under `key`; where there is none yet, the rendering stops and `gather` is called. */
export type ReadLazy = (key: string, gather: () => Promise<unknown>) => unknown

/**
 * Renders with values that are gathered when the rendering first reads them. A rendering is synchronous and pure, so it
 * simply starts again with each value that it was missing: nothing is guessed, and what stands in a branch that is not
 * taken is never gathered. Errors of `gather` pass.
 */
export async function renderLazily(render: (read: ReadLazy) => string, signal: AbortSignal): Promise<string> {
  const gathered = new Map<string, unknown>()
  const read: ReadLazy = (key, gather) => {
    if (gathered.has(key)) return gathered.get(key)
    throw new NotGathered(key, gather)
  }
  for (;;) {
    signal.throwIfAborted()
    try {
      return render(read)
    } catch (error) {
      if (!(error instanceof NotGathered)) throw error
      gathered.set(error.key, await error.gather())
    }
  }
}

/** Not a fault: it takes the rendering back to where values can be waited for. */
class NotGathered extends Error {
  readonly key: string
  readonly gather: () => Promise<unknown>

  constructor(key: string, gather: () => Promise<unknown>) {
    super(`${key} is not gathered yet`)
    this.key = key
    this.gather = gather
  }
}
