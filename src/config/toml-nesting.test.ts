import { expect, test } from 'vitest'
import { parseToml } from './parse-toml.ts'
import { findTooDeepToml, maxTomlDepth } from './toml-nesting.ts'

const nested = (open: string, close: string, depth: number) => `x = ${open.repeat(depth)}1${close.repeat(depth)}`

test.each([
  ['arrays', nested('[', ']', 100_000)],
  ['inline tables', nested('{a=', '}', 100_000)],
  ['keys', `${'a.'.repeat(100_000)}b = 1`],
  ['headers', `[${'a.'.repeat(100_000)}b]`],
  ['quoted keys', `${'"a" . '.repeat(100_000)}b = 1`],
])('%s that nest without end are said with their place, and fill neither stack nor memory', (_, text) => {
  expect(() => parseToml(`y = 1\n${text}`, 'a.toml')).toThrowError(
    expect.objectContaining({
      code: 'config.unreadable',
      message: `Nested more than ${maxTomlDepth} deep`,
      location: expect.objectContaining({ file: 'a.toml', line: 2 }),
    }),
  )
})

test('what is wide, in a string or in a comment is not deep', () => {
  const wide = [
    `a = [${'1.5, '.repeat(1000)}]`,
    `b = "${'['.repeat(1000)}"`,
    `c = '''${'{\n'.repeat(1000)}'''`,
    `# ${'[.'.repeat(1000)}`,
    `d = [${'[1], '.repeat(1000)}]`,
    ...Array.from({ length: 1000 }, (_, index) => `e${index}.f.g = 1.5`),
  ].join('\n')
  expect(findTooDeepToml(wide)).toBeUndefined()
  expect(parseToml(wide, 'a.toml').value).toMatchObject({ e999: { f: { g: 1.5 } } })
})
