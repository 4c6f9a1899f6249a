import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitArguments } from './split-arguments.ts'

test.each<[string, string[]]>([
  ['', []],
  ['  \n ', []],
  ['a b\tc\nd', ['a', 'b', 'c', 'd']],
  [`'a b' "c d"`, ['a b', 'c d']],
  [`--title="a b"'c'd`, ['--title=a bcd']],
  [`"say \\"hi\\" \\\\ \\n" 'it\\s'`, ['say "hi" \\ \\n', 'it\\s']],
  ['a\\ b \\"c \\\\', ['a b', '"c', '\\']],
  ['end\\', ['end\\']],
  [`"" ''`, ['', '']],
  ['$HOME *.rs `id` $(id) ~ a;b #c', ['$HOME', '*.rs', '`id`', '$(id)', '~', 'a;b', '#c']],
])('%j', (rest, words) => {
  expect(splitArguments(rest)).toEqual(words)
})

test('a quote that is not closed is an error that says where', () => {
  expect(() => splitArguments(`a "b c`)).toThrowError(
    expect.objectContaining({ code: 'command.arguments', message: 'The quote " at character 3 is not closed' }),
  )
  expect(() => splitArguments(`it's`)).toThrowError(expect.objectContaining({ exitCode: 2 }))
})

test('words that were quoted come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
      const single = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
      const double = words.map((word) => `"${word.replace(/["\\]/g, '\\$&')}"`).join('\n')
      expect(splitArguments(single)).toEqual(words)
      expect(splitArguments(double)).toEqual(words)
    }),
  )
})
