import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

test('any JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      const read = parseJson(text)
      expect(read).toMatchObject({ ok: true, value: JSON.parse(text) })
      // Scanning it finds no fault either: the place of what is not there is that of the nearest field around it.
      if (read.ok && Array.isArray(value) && value.length > 0) expect(read.locate([0, 'no such'])).toBeDefined()
    }),
  )
})

test('a field is found at its key, an item at its start', () => {
  const read = parseJson('\ufeff{\r\n  "a": [1, { "b\\u0063": "x, ]" }],\r\n  "d": {}\r\n}')
  if (!read.ok) throw new Error('it is JSON')
  expect(read.locate(['a'])).toEqual({ line: 2, column: 3 })
  expect(read.locate(['a', 1])).toEqual({ line: 2, column: 12 })
  expect(read.locate(['a', 1, 'bc'])).toEqual({ line: 2, column: 14 })
  expect(read.locate(['d', 'missing', 0])).toEqual({ line: 3, column: 3 })
  expect(read.locate(['missing'])).toBeUndefined()
})

test.each([
  ['nothing', '', 1, 1],
  ['a list that is not closed', '[1,\n 2', 2, 3],
  ['a comma too many', '{\n  "a": 1,\n}', 3, 1],
  ['a comma too few', '{\n  "a": 1\n  "b": 2\n}', 3, 3],
  ['a key without quotes', '{ a: 1 }', 1, 3],
  ['a missing colon', '{ "a" 1 }', 1, 7],
  ['a comment', '{\n  // why\n}', 2, 3],
  ['a text that goes over the line', '["a\nb"]', 1, 2],
  ['a number with a leading zero', '[012]', 1, 3],
  ['something behind the end', '{} {}', 1, 4],
  ['a member without a value', '{"a": }', 1, 7],
])('%s is told with its place', (_, text, line, column) => {
  expect(parseJson(text)).toEqual({ ok: false, line, column })
})
