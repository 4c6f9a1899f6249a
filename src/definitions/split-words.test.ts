import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinWords, splitWords } from './split-words.ts'

test('what is joined is split into the same words', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(splitWords(joinWords(words))).toEqual(words)
    }),
  )
})

test('quotes and backslashes mean what they do in a shell', () => {
  expect(splitWords(String.raw`git commit -m "a \"b\" \c" 'it''s' x\ y ""`)).toEqual([
    'git',
    'commit',
    '-m',
    String.raw`a "b" \c`,
    'its',
    'x y',
    '',
  ])
  expect(splitWords('  ')).toEqual([])
})

test.each(["'open", '"open', 'end\\'])('a line that is not closed has no words: %s', (line) => {
  expect(splitWords(line)).toBeUndefined()
})
