import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openParser } from './open-parser.ts'
import { asciiRegex, plainRegex } from './plain-regex.ts'

test.each([
  ['^\\w+\\.\\d$', '^[0-9A-Za-z_]+\\.[0-9]$'],
  ['[\\w.-]\\s', '[0-9A-Za-z_.-][ \\t-\\r]'],
  ['\\bfoo\\b', '(?-u:\\b)foo(?-u:\\b)'],
  ['[\\]\\w]', '[\\]0-9A-Za-z_]'],
  ['\\\\w', '\\\\w'],
  ['[^\\S\\n]\\S', '[^\\S\\n][^ \\t-\\r]'],
  ['(?x) \\w', '(?x) \\w'],
])('%s becomes %s', (regex, plain) => {
  expect(plainRegex(regex)).toBe(plain)
})

test('over ASCII it matches what it matched before', async () => {
  const parser = await openParser()
  const parts = ['\\w', '\\d', '\\s', '\\b', '\\W', '\\S', '[\\w.]', '[^\\d]', 'a', '\\.', '.*', '(a|\\d)+']
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom('a', 'B', '7', '_', '.', ' ', '-'), { maxLength: 8 }),
      (chosen, text) => {
        const regex = `^${chosen.join('')}$`
        const root = parser.parse('JavaScript', `'${text.join('')}'`)
        const find = (given: string): boolean => root.find({ rule: { kind: 'string_fragment', regex: given } }) !== null
        expect(find(plainRegex(regex))).toBe(find(regex))
      },
    ),
  )
})

test.each([
  ['a.b', '(?-u)a[\\x00-\\x09\\x0b-\\x7f]b'],
  ['(?s)^a.b', '(?-u)(?s)^a[\\x00-\\x7f]b'],
  ['^[^a]$', '(?-u)^(?u:[[^a]&&[\\x00-\\x7f]])$'],
  ['(?i)token|key$', '(?-u)(?i)^[\\x00-\\x7f]*(?:token|key$)'],
  ['[\\s\\S]', '(?-u)[ \\t-\\r\\x00-\\x08\\x0e-\\x1f\\x21-\\x7f]'],
  ['a(?s:.)', 'a(?s:.)'],
  ['caf\u00e9', 'caf\u00e9'],
])('%s becomes %s for a text of ASCII', (regex, ascii) => {
  expect(asciiRegex(regex)).toBe(ascii)
})

test('what is written for ASCII finds in ASCII what the expression itself finds', async () => {
  const parser = await openParser()
  const parts = [
    ...['\\w', '\\d', '\\s', '\\b', '\\W', '\\S', '\\D', '[\\w.]', '[^\\d]', '[^a\\W]', '[\\s\\S]', '[\\Dx]'],
    ...['a', 'K', 's', '\\.', '.', '.*', '(a|\\d)+', '|', '$', '^'],
  ]
  fc.assert(
    fc.property(
      fc.constantFrom('', '^', '(?i)', '(?i)^', '(?s)', '(?is)'),
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom('a', 'B', 'k', 'S', '7', '_', '.', ' ', '-', '\n', '\t'), { maxLength: 8 }),
      (start, chosen, text) => {
        const regex = `${start}${chosen.join('')}`
        const root = parser.parse('JavaScript', `\`${text.join('')}\``)
        const find = (given: string): boolean => root.find({ rule: { kind: 'template_string', regex: given } }) !== null
        expect([regex, find(asciiRegex(regex))]).toEqual([regex, find(plainRegex(regex))])
      },
    ),
    { numRuns: 1000 },
  )
})
