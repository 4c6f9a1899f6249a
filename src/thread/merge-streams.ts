/**
 * Runs generators side by side and yields what they give as it comes; returns their results in the order of the
 * streams. The first that throws ends the others.
 */
export async function* mergeStreams<Event, Result>(
  streams: readonly AsyncGenerator<Event, Result>[],
): AsyncGenerator<Event, readonly Result[]> {
  const results = new Map<number, Result>()
  const next = (index: number, stream: AsyncGenerator<Event, Result>) =>
    stream.next().then((step) => ({ index, stream, step }))
  const waiting = new Map(streams.map((stream, index) => [index, next(index, stream)]))
  try {
    while (waiting.size > 0) {
      const { index, stream, step } = await Promise.race(waiting.values())
      if (step.done) {
        waiting.delete(index)
        results.set(index, step.value)
      } else {
        waiting.set(index, next(index, stream))
        yield step.value
      }
    }
  } finally {
    const open = [...waiting.values()]
    for (const pending of open) pending.catch(() => undefined) // the first failure is the one that is told
    await Promise.allSettled([...waiting.keys()].map((index) => streams[index]?.return(undefined as Result)))
  }
  return streams.flatMap((_, index) => (results.has(index) ? [results.get(index) as Result] : [])) // has() on this line
}
