import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBoundedOutput } from './bounded-output.ts'

function keep(chunks: readonly Buffer[], maxBytes: number): string {
  const output = createBoundedOutput(maxBytes)
  for (const chunk of chunks) output.append(chunk)
  return output.text()
}

test('what fits is kept whole, however it was cut into chunks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 7 }), (text, size) => {
      const bytes = Buffer.from(text)
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
      expect(keep(chunks, bytes.length)).toBe(bytes.toString())
    }),
  )
})

test('what does not fit loses its middle, and the line says how much', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 3 }),
      fc.nat(20),
      (texts, maxBytes) => {
        const all = Buffer.from(texts.join(''))
        fc.pre(all.length > maxBytes)
        const kept = keep(
          texts.map((text) => Buffer.from(text)),
          maxBytes,
        )
        const parts = /^([\s\S]*)\n\.\.\. (\d+) bytes omitted \.\.\.\n([\s\S]*)$/.exec(kept)
        const [head = '', omitted, tail = ''] = parts?.slice(1) ?? []
        expect(all.toString().startsWith(head)).toBe(true)
        expect(all.toString().endsWith(tail)).toBe(true)
        expect(Buffer.byteLength(head) + Number(omitted) + Buffer.byteLength(tail)).toBe(all.length)
        expect(Buffer.byteLength(head) + Buffer.byteLength(tail)).toBeLessThanOrEqual(maxBytes)
      },
    ),
  )
})

test('bytes that are no UTF-8 become U+FFFD, and a byte order mark stays', () => {
  expect(keep([Buffer.from([0x61, 0xff, 0x62])], 10)).toBe('a\u{fffd}b')
  expect(keep([Buffer.from('\u{feff}a')], 10)).toBe('\u{feff}a')
})
