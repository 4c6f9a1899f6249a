import { parse as parseStrict } from '@iarna/toml'
import fc from 'fast-check'
import { parse as parseLenient } from 'smol-toml'
import { expect, test } from 'vitest'
import { parseToml } from './parse-toml.ts'
import { plainTomlTable } from './plain-toml-value.ts'
import { stringifyToml } from './stringify-toml.ts'

function errorOf(text: string): unknown {
  try {
    parseToml(text, '/f.toml')
  } catch (error) {
    return error
  }
  return undefined
}

test('what only TOML 1.1 allows is read', () => {
  const { value } = parseToml('a = { b = 1,\n  c = "\\e\\x41",\n}\nat = 07:32', '/f.toml')
  expect(value).toEqual({ a: { b: 1, c: '\u001BA' }, at: '07:32:00.000' })
})

test('a syntax error names the line and column and shows the line with a caret', () => {
  const error = errorOf('a = 1\nb = "open\nc = 3\n')
  expect(error).toMatchObject({ code: 'config.unreadable', exitCode: 1, location: { file: '/f.toml', line: 2 } })
  const [message, line, caret] = String((error as Error).message).split('\n')
  expect(message).toMatch(/^Not valid TOML: /)
  expect(line).toBe('  b = "open')
  const { column } = (error as { location: { column: number } }).location
  expect(caret).toBe(`${' '.repeat(column + 1)}^`)
})

test('positions count the same with CRLF and with a byte order mark', () => {
  expect(errorOf('\uFEFFa = 1\r\nb = 1 2\r\n')).toMatchObject({ location: { line: 2, column: 7 } })
})

test('a duplicate key is an error at the second one', () => {
  expect(errorOf('a = 1\na = 2\n')).toMatchObject({ location: { line: 2 } })
})

test.each([
  ['a = 9007199254740993', 'cannot be held exactly', { line: 1, column: 1 }],
  ['x = 1\n[t]\n__proto__ = { y = 1 }', '__proto__', { line: 3, column: 1 }],
  ['"\\u005f_proto__" = 1', '__proto__', { line: 1, column: 1 }],
  [`a = ${'['.repeat(500)}${']'.repeat(500)}`, 'deep', { line: 1, column: 205 }],
])('%s is refused with its place', (text, part, place) => {
  const error = errorOf(text)
  expect(error).toMatchObject({ code: 'config.unreadable', location: place })
  expect((error as Error).message).toContain(part)
})

test.each([
  'constructor.keys = 1',
  'a.hasOwnProperty.call = 1',
  '"\\u0063onstructor".keys = 1',
  'a = { toString.call = 1 }',
])('%s reads as a table and leaves the objects of the program alone', (text) => {
  const before = [Object.keys, Object.prototype.hasOwnProperty.call, Object.prototype.toString.call]
  const { value } = parseToml(text, '/f.toml')
  expect(JSON.stringify(value)).toContain(':1}')
  expect([Object.keys, Object.prototype.hasOwnProperty.call, Object.prototype.toString.call]).toEqual(before)
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
})

test('dates become ISO strings, offset ones in UTC', () => {
  const text = 'a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27T07:32:00\nd = 1979-05-27T07:32:00-07:00\ne = 0001-01-01'
  expect(parseToml(text, '/f.toml').value).toEqual({
    a: '1979-05-27',
    b: '07:32:00.000',
    c: '1979-05-27T07:32:00.000',
    d: '1979-05-27T14:32:00.000Z',
    e: '0001-01-01',
  })
})

const scalar = fc.oneof(
  fc.constantFrom(
    '1',
    '-17',
    '0x1F',
    '0o17',
    '0b11',
    '1_000',
    '1.5',
    '-0.0',
    '6.02e23',
    'inf',
    '-inf',
    'true',
    'false',
  ),
  fc.constantFrom(
    '1979-05-27',
    '07:32:00',
    '07:32:00.5',
    '1979-05-27T07:32:00',
    '1979-05-27 07:32:00Z',
    '1979-05-27T07:32:00.25+02:30',
  ),
  fc.constantFrom(
    '"a\\tb\\u00e9"',
    "'lit\\eral'",
    '"""\nmulti\\\n   line"""',
    "'''\nraw\n'''",
    '""',
    '"x # y"',
    '"""a"""""',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => JSON.stringify(text)),
)
const key = fc.oneof(fc.constantFrom('a', 'b', 'c-1', '9', 'true', '"q k"', "'l.k'", '"é"', '""'))
const dotted = fc.array(key, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'))
const { value: tomlValue } = fc.letrec<{ value: string; array: string; table: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('array'), tie('table')),
  array: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[ ${items.join(' , ')} ]`),
  table: fc
    .array(fc.tuple(dotted, tie('value')), { maxLength: 3 })
    .map((pairs) => `{ ${pairs.map((pair) => pair.join(' = ')).join(', ')} }`),
}))
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(dotted, tomlValue).map(([name, value]) => `${name} = ${value} # note`) },
  { weight: 2, arbitrary: dotted.map((name) => `[${name}]`) },
  { weight: 1, arbitrary: dotted.map((name) => `[[${name}]]`) },
  { weight: 1, arbitrary: fc.constantFrom('', '# comment = 1', '  ') },
)
const tomlText = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.join(end))

function accepted(parse: (text: string) => unknown, text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text) }
  } catch {
    return undefined
  }
}

test('texts that both parsers accept mean the same', () => {
  const seen = { both: 0 }
  fc.assert(
    fc.property(tomlText, (text) => {
      const strict = accepted(parseStrict, text)
      const lenient = accepted(parseLenient, text)
      if (!strict || !lenient) return
      seen.both++
      expect(plainTomlTable(strict.value)).toEqual(plainTomlTable(lenient.value))
    }),
    { numRuns: 2000 },
  )
  expect(seen.both).toBeGreaterThan(300)
})

test('what is written is read back', () => {
  const name = fc
    .oneof(fc.constantFrom('a', 'b.c', 'd e', '', 'é', '"'), fc.string())
    .filter((text) => text !== '__proto__')
  const { table } = fc.letrec<{ table: Record<string, unknown>; value: unknown }>((tie) => ({
    table: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<
      Record<string, unknown>
    >,
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('table'),
    ),
  }))
  fc.assert(
    fc.property(table, (value) => {
      expect(parseToml(stringifyToml(value), '/f.toml').value).toEqual(value)
    }),
    { numRuns: 500 },
  )
})
