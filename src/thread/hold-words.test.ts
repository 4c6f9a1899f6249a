import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdWords } from './hold-words.ts'

const piece = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'ü'), maxLength: 12 })

test('in whatever pieces a text comes, it is shown whole, and no word before its end', () => {
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const held = holdWords({ openFrom: (text) => text.length })
      let given = ''
      let shown = ''
      for (const each of pieces) {
        given += each
        shown += held.push(each)
        expect(given.startsWith(shown)).toBe(true)
        expect(given.slice(shown.length)).toMatch(/^\S*$/)
        expect(shown).toMatch(/^$|\s$/)
      }
      expect(shown + held.rest()).toBe(given)
    }),
  )
})

test('what may begin a value of several words waits with the words before it', () => {
  const openFrom = (text: string) => (text.includes('a b') ? text.length : Math.max(0, text.lastIndexOf('a')))
  const held = holdWords({ openFrom: (text) => (text.includes('a') ? openFrom(text) : text.length) })
  expect([held.push('x a '), held.push('b c'), held.rest()]).toEqual(['x ', 'a b ', 'c'])
})

test('a word without an end waits no longer than some thousand characters', () => {
  const held = holdWords({ openFrom: (text) => text.length })
  expect([held.push('x'.repeat(4000)).length, held.push('x'.repeat(200)).length, held.rest()]).toEqual([0, 4200, ''])
})
