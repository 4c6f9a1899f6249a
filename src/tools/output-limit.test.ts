import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitOutput } from './output-limit.ts'

test('a text that fits stays as it is', () => {
  expect(limitOutput('äöü', 6)).toBe('äöü')
})

test('what is too much goes from the middle, and the note says how much', () => {
  const text = `${'a'.repeat(5000)}${'b'.repeat(5000)}`
  const cut = limitOutput(text, 1000)
  expect(cut).toMatch(/^a+\n\.\.\. \d+ tokens omitted \.\.\.\nb+$/)
  const omitted = Number(/(\d+) tokens/.exec(cut)?.[1])
  expect(omitted).toBe(Math.ceil((10_000 - cut.replace(/\n.*\n/, '').length) / 4))
})

test('the result fits, cuts no character, and keeps both ends', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 200, maxLength: 600 }),
      fc.integer({ min: 64, max: 300 }),
      (text, max) => {
        const whole = text.toWellFormed()
        const cut = limitOutput(whole, max)
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(max, 64))
        if (cut === whole) return
        const [head = '', tail = ''] = cut.split(/\n\.\.\. \d+ tokens omitted \.\.\.\n/)
        expect(whole.startsWith(head)).toBe(true)
        expect(whole.endsWith(tail)).toBe(true)
      },
    ),
  )
})
