import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { converseFrame } from '../../../test/support/converse-events.ts'
import { eventMessages } from './event-messages.ts'

/** The messages of these bytes, cut in pieces of these sizes. */
async function read(bytes: Uint8Array, sizes: () => number) {
  const chunks: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const size = sizes()
    chunks.push(bytes.slice(start, start + size))
    start += size
  }
  const signal = new AbortController().signal
  const stream = { body: ReadableStream.from(chunks), signal, touch() {}, stop() {}, cancel() {} }
  return (await collect(eventMessages(stream))).flat()
}

test('however the bytes are cut, the messages are the same', async () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(texts, fc.infiniteStream(fc.integer({ min: 1, max: 60 })), async (all, sizes) => {
      const frames = all.map((text) => converseFrame({ type: 'contentBlockDelta', delta: { text } }))
      const messages = await read(Buffer.concat(frames), () => sizes.next().value)
      expect(messages).toEqual(
        all.map((text) => ({ kind: 'event', name: 'contentBlockDelta', payload: { delta: { text } } })),
      )
    }),
    { numRuns: 50 },
  )
})

test('an exception is told from an event', async () => {
  const frame = converseFrame({ type: 'throttlingException', exception: true, message: 'slow' })
  expect(await read(frame, () => 1000)).toEqual([
    { kind: 'exception', name: 'throttlingException', payload: { message: 'slow' } },
  ])
})

const frame = converseFrame({ type: 'messageStart', role: 'assistant' })
test.each([
  ['a message that is cut off', frame.slice(0, -3), 'provider.unreachable'],
  ['a byte that changed on its way', frame.with(20, (frame[20] ?? 0) ^ 1), 'provider.response'],
  ['a page of a proxy', Buffer.from('<html>log in, please</html>'), 'provider.response'],
])('%s breaks the stream', async (_, bytes, code) => {
  await expect(read(bytes, () => 1000)).rejects.toMatchObject({ name: 'BrokenStream', code })
})
