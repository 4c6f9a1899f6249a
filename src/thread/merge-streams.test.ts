import { expect, test } from 'vitest'
import { mergeStreams } from './merge-streams.ts'

async function* stream(name: string, gates: readonly Promise<void>[], log: string[] = []) {
  try {
    for (const [index, gate] of gates.entries()) {
      await gate
      yield `${name}${index}`
    }
    return name
  } finally {
    log.push(`${name} ended`)
  }
}

async function drain<Event, Result>(merged: AsyncGenerator<Event, Result>): Promise<[Event[], Result]> {
  const events: Event[] = []
  for (;;) {
    const step = await merged.next()
    if (step.done) return [events, step.value]
    events.push(step.value)
  }
}

test('events come as they happen, results in the order of the streams', async () => {
  const first = Promise.withResolvers<void>()
  const merged = mergeStreams([stream('a', [first.promise]), stream('b', [Promise.resolve(), Promise.resolve()])])
  expect((await merged.next()).value).toBe('b0')
  expect((await merged.next()).value).toBe('b1')
  first.resolve()
  expect(await drain(merged)).toEqual([['a0'], ['a', 'b']])
})

test('no streams give nothing', async () => {
  expect(await drain(mergeStreams([]))).toEqual([[], []])
})

test('the first that throws ends the others, whose finally has run', async () => {
  const log: string[] = []
  const merged = mergeStreams([
    stream('a', [Promise.resolve(), Promise.resolve()], log),
    stream('b', [Promise.reject(new Error('broken'))]),
  ])
  await expect(drain(merged)).rejects.toThrow('broken')
  expect(log).toEqual(['a ended'])
})

test('a reader that stops ends all streams', async () => {
  const log: string[] = []
  const gates = [Promise.resolve(), Promise.resolve()]
  const merged = mergeStreams([stream('a', gates, log), stream('b', gates, log)])
  await merged.next()
  await merged.return([])
  expect(log.sort()).toEqual(['a ended', 'b ended'])
})
