import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openParser } from './open-parser.ts'
import { plainRegex } from './plain-regex.ts'

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
