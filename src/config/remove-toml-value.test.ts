import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseToml } from './parse-toml.ts'
import { removeTomlValue } from './remove-toml-value.ts'
import { setTomlValue } from './set-toml-value.ts'

const text = `# mine
model = "a" # why

# about agents
[agents]
enabled = true
suggestions.auto_suggest = true

[agents.reviewer] # a role
# its words
description = "d"

# about plugins
[plugins."@acme/x"]
enabled = false
`

test('a key goes with its line, and everything else stays as it is', () => {
  expect(removeTomlValue(text, ['agents', 'enabled'])).toBe(text.replace('enabled = true\n', ''))
  expect(removeTomlValue(text, ['model'])).toBe(text.replace('model = "a" # why\n', ''))
})

test('a table goes with its header, its comments and the tables below it; the comment of the next stays', () => {
  expect(removeTomlValue(text, ['agents', 'reviewer'])).toBe(
    text.replace('[agents.reviewer] # a role\n# its words\ndescription = "d"\n\n', ''),
  )
  const without = removeTomlValue(text, ['agents'])
  expect(without).toContain('# about plugins\n[plugins."@acme/x"]\nenabled = false\n')
  expect(parseToml(without, 'x').value).toEqual({ model: 'a', plugins: { '@acme/x': { enabled: false } } })
})

test('a table of dotted keys goes, and the last key of a dotted table takes that with it', () => {
  expect(removeTomlValue(text, ['agents', 'suggestions'])).toBe(text.replace('suggestions.auto_suggest = true\n', ''))
  expect(removeTomlValue('a.b.c = 1\nd = 2\n', ['a', 'b', 'c'])).toBe('d = 2\n')
})

test('a key leaves an inline table, a list of tables goes whole, and CRLF stays', () => {
  expect(removeTomlValue('t = { a = 1, b = 2 }\r\nz = 1\r\n', ['t', 'a'])).toBe('t = { b = 2 }\r\nz = 1\r\n')
  expect(removeTomlValue('[[l]]\na = 1\n[[l]]\na = 2\n[x]\nb = 1\n', ['l'])).toBe('[x]\nb = 1\n')
})

test('what is not there changes nothing', () => {
  expect(removeTomlValue(text, ['none', 'such'])).toBe(text)
})

test('what was set and is removed again leaves the other values', () => {
  const key = fc.stringMatching(/^[a-z]{1,3}$/)
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 3 }), fc.integer(), (keys, value) => {
      const path = ['fresh', ...keys]
      const before = parseToml(text, 'x').value
      expect(parseToml(removeTomlValue(setTomlValue(text, path, value), path), 'x').value).toEqual(
        expect.objectContaining(before),
      )
    }),
  )
})
