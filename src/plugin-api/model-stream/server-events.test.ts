import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { serverEvents } from './server-events.ts'

async function parse(chunks: readonly Uint8Array[]): Promise<readonly unknown[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const signal = new AbortController().signal
  return (await collect(serverEvents({ body, signal, touch: () => {}, stop: () => {}, cancel: () => {} }))).flat()
}

test('an event is told from a comment, and from a piece of an event', async () => {
  const lines = [': ping\n', 'data: {"a"', ':1}\n\n', ': ping\n\n', 'data: {"type":"ping"}\n\n']
  const came: string[] = []
  const stream = {
    body: ReadableStream.from(lines.map((line) => new TextEncoder().encode(line))),
    signal: new AbortController().signal,
    touch: () => void came.push('event'),
    keepAlive: () => void came.push('bytes'),
    stop() {},
    cancel() {},
  }
  await collect(serverEvents(stream))
  // The last is the end.
  expect(came).toEqual(['bytes', 'bytes', 'bytes', 'event', 'bytes', 'bytes', 'bytes'])
})

const text = (...lines: readonly string[]) => [new TextEncoder().encode(lines.join(''))]

test('however the bytes are cut, the payloads are the same', async () => {
  const payload = fc.record({ type: fc.string(), delta: fc.string({ unit: 'grapheme' }) })
  const lineEnd = fc.constantFrom('\n', '\r\n')
  await fc.assert(
    fc.asyncProperty(
      fc.array(payload),
      lineEnd,
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      async (payloads, end, sizes) => {
        const wire = payloads.map((value) => `event: x${end}data: ${JSON.stringify(value)}${end}${end}`).join('')
        const bytes = new TextEncoder().encode(wire)
        const chunks: Uint8Array[] = []
        for (let start = 0; start < bytes.length; ) {
          const { value: size } = sizes.next()
          chunks.push(bytes.slice(start, start + size))
          start += size
        }
        expect(await parse(chunks)).toEqual(payloads)
      },
    ),
    { numRuns: 200 },
  )
})

test('comments, other fields and a byte order mark are passed over', async () => {
  expect(await parse(text('\uFEFF: hello\n\n', 'id: 1\nretry: 5\nevent: a\ndata:{"a":1}\n\n', ': ping\n\n'))).toEqual([
    { a: 1 },
  ])
})

test('several data lines are one payload', async () => {
  expect(await parse(text('data: {"a":\ndata: 1}\n\n'))).toEqual([{ a: 1 }])
})

test('a last event without an empty line behind it counts', async () => {
  expect(await parse(text('data: 1\n\ndata: 2'))).toEqual([1, 2])
})

test('nothing behind [DONE] is read', async () => {
  expect(await parse(text('data: 1\n\ndata: [DONE]\n\ndata: 2\n\n'))).toEqual([1])
})

test('payloads before one that is no JSON still come', async () => {
  const seen: unknown[] = []
  const body = new Blob(['data: 1\n\ndata: {\n\n']).stream()
  const stream = { body, signal: new AbortController().signal, touch: () => {}, stop: () => {}, cancel: () => {} }
  const reading = (async () => {
    for await (const batch of serverEvents(stream)) seen.push(...batch)
  })()
  await expect(reading).rejects.toMatchObject({ name: 'BrokenStream', code: 'provider.response' })
  expect(seen).toEqual([1])
})
