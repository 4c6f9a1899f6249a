import { expect, test } from 'vitest'
import { pattern, profileText, quoted } from './profile-form.ts'

test('a form that fits stands on one line, a longer one has its filters below', () => {
  const filters = Array.from({ length: 6 }, (_, index) => ['literal', quoted(`/a/rather/long/path/${index}`)])
  expect(profileText([['allow', 'file-read*', ['literal', quoted('/a')]]])).toBe('(allow file-read* (literal "/a"))\n')
  expect(profileText([['allow', 'file-read*', ...filters]])).toMatch(/^\(allow file-read\*\n {2}\(literal .*\n/)
})

test.each(['a"b', 'a\\b', 'a\nb', 'a)b', 'ä', ''])('%j does not become a string or a pattern of a profile', (text) => {
  expect(() => quoted(text)).toThrow(RangeError)
  if (text !== 'a)b') expect(() => pattern(text)).toThrow(RangeError)
})
