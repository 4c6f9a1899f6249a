import { expect, test } from 'vitest'
import { commandMetadataSchema } from '../plugin-api/command.ts'
import { bindArguments } from './bind-arguments.ts'
import { usageLine } from './usage-line.ts'

const command = {
  ...commandMetadataSchema.parse({
    args: [
      { name: 'path', type: 'path', required: true, description: 'What to look at' },
      { name: 'depth', type: 'enum', values: ['shallow', 'normal', 'deep'], default: 'normal' },
      { name: 'fast', type: 'boolean' },
      { name: 'limit', type: 'number' },
      { name: 'title' },
      { name: 'tags', type: 'list' },
    ],
  }),
  name: 'look',
}
const unset = { depth: 'normal', fast: false, limit: undefined, title: undefined, tags: [] }

test.each<[string[], Record<string, unknown>]>([
  [['src'], {}],
  [['src', 'deep'], { depth: 'deep' }],
  [['src', '--depth=deep'], { depth: 'deep' }],
  [['--depth', 'deep', 'src'], { depth: 'deep' }],
  [['--depth=deep', 'src', '-3'], { depth: 'deep', limit: -3 }],
  [['--fast', 'src'], { fast: true }],
  [['--fast=false', 'src'], { fast: false }],
  [['--no-fast', 'src'], { fast: false }],
  [['src', '--title=a=b'], { title: 'a=b' }],
  [['src', '--title='], { title: '' }],
  [['--', 'src', 'deep'], { depth: 'deep' }],
  [['src', 'deep', '1.5e3', '--', '--title'], { depth: 'deep', limit: 1500, title: '--title' }],
  [['src', '--tags=a, b,', '--tags', 'c'], { tags: ['a', 'b', 'c'] }],
  [['src', 'deep', '1', 't', 'a', 'b,c'], { depth: 'deep', limit: 1, title: 't', tags: ['a', 'b', 'c'] }],
])('%j binds', (argv, values) => {
  expect(bindArguments(command, argv)).toEqual({ path: 'src', ...unset, ...values })
})

test('an option that names an argument leaves the words to the others', () => {
  expect(bindArguments(command, ['--path=src', 'deep'])).toMatchObject({ path: 'src', depth: 'deep' })
})

test.each([
  [[], 'path is missing (What to look at)'],
  [['src', 'dep'], '"dep" for depth is not one of shallow, normal, deep; did you mean deep?'],
  [['src', '--limit=many'], '"many" for limit is no number'],
  [['src', '--limit='], '"" for limit is no number'],
  [['src', '--limit=0x10'], '"0x10" for limit is no number'],
  [['src', '--fast=maybe'], '"maybe" for fast is neither true nor false'],
  [['src', '--no-fast=true'], '--no-fast takes no value'],
  [['src', '--limit'], '--limit needs a value'],
  [['src', '--title', '--fast'], '--title needs a value'],
  [['src', '--title=a', '--title=b'], '--title is given twice'],
  [['src', '--dept=deep'], '--dept is not an option; did you mean --depth?'],
  [['src', '-d'], '-d is not an option; there are --path, --depth, --fast, --limit, --title, --tags.'],
  [['src', '--no-depth'], '--no-depth is not an option'],
  [['src', '--__proto__=x'], '--__proto__ is not an option'],
  [['--path='], 'path is an empty path'],
])('%j is an error', (argv, problem) => {
  expect(() => bindArguments(command, argv)).toThrowError(
    expect.objectContaining({
      code: 'command.arguments',
      exitCode: 2,
      message: expect.stringContaining(`/look: ${problem}`),
      hint: `Usage: ${usageLine(command)}`,
    }),
  )
})

test('words that are too many are not swallowed', () => {
  const say = {
    ...commandMetadataSchema.parse({ args: [{ name: 'text' }, { name: 'loud', type: 'boolean' }] }),
    name: 'say',
  }
  expect(() => bindArguments(say, ['hello', 'world'])).toThrowError(
    '"world" is one value too many; the values expected here are: text.',
  )
  const none = { ...commandMetadataSchema.parse({}), name: 'none' }
  expect(bindArguments(none, [])).toEqual({})
  expect(() => bindArguments(none, ['x'])).toThrowError('the values expected here are: none')
  expect(() => bindArguments(none, ['--x'])).toThrowError('--x is not an option; there are none.')
})

test.each([
  ['auth.rs:45-67', { file: 'auth.rs', start: 45, end: 67 }],
  ['auth.rs:45', { file: 'auth.rs', start: 45, end: 45 }],
  ['src/auth.rs', { file: 'src/auth.rs' }],
  ['C:\\src\\auth.rs:3', { file: 'C:\\src\\auth.rs', start: 3, end: 3 }],
  ['a:b:1-2', { file: 'a:b', start: 1, end: 2 }],
])('the location %s', (word, location) => {
  const at = { ...commandMetadataSchema.parse({ args: [{ name: 'at', type: 'location' }] }), name: 'at' }
  expect(bindArguments(at, [word])).toEqual({ at: location })
})

test.each([
  ['a.rs:0', 'lines count from 1'],
  ['a.rs:9-3', 'line 3 comes before line 9'],
  ['', 'it is empty'],
])('the location %j is an error', (word, problem) => {
  const at = { ...commandMetadataSchema.parse({ args: [{ name: 'at', type: 'location' }] }), name: 'at' }
  expect(() => bindArguments(at, [`--at=${word}`])).toThrowError(problem)
})

test('a default has the type of its argument, and a wrong one is told', () => {
  const withDefault = (argument: object) => ({
    ...commandMetadataSchema.parse({ args: [{ name: 'x', ...argument }] }),
    name: 'c',
  })
  expect(bindArguments(withDefault({ type: 'number', default: 3 }), [])).toEqual({ x: 3 })
  expect(bindArguments(withDefault({ type: 'boolean', default: true }), [])).toEqual({ x: true })
  expect(bindArguments(withDefault({ type: 'boolean', default: true }), ['--no-x'])).toEqual({ x: false })
  expect(bindArguments(withDefault({ type: 'list', default: ['a', 'b'] }), [])).toEqual({ x: ['a', 'b'] })
  expect(bindArguments(withDefault({ type: 'location', default: 'a:1' }), [])).toEqual({
    x: { file: 'a', start: 1, end: 1 },
  })
  expect(() => bindArguments(withDefault({ type: 'number', default: 'many' }), [])).toThrowError(
    'the default in its file is wrong: "many" for x is no number',
  )
})

test('an argument may be called as a field of every object is', () => {
  const odd = { ...commandMetadataSchema.parse({ args: [{ name: 'constructor' }, { name: 'toString' }] }), name: 'odd' }
  expect(bindArguments(odd, ['a'])).toEqual({ constructor: 'a', toString: undefined })
})

test('the usage line shows every argument', () => {
  expect(usageLine(command)).toBe('/look <path> [depth=shallow|normal|deep] [--fast] [limit=NUMBER] [title] [tags...]')
})

test('a text at the end takes all that is left of the line, with single spaces', () => {
  const command = commandMetadataSchema.parse({
    args: [
      { name: 'place', type: 'string' },
      { name: 'focus', type: 'text' },
    ],
  })
  const bind = (...words: string[]) => bindArguments({ ...command, name: 'c' }, words)
  expect(bind('here', 'the', 'parser')).toEqual({ place: 'here', focus: 'the parser' })
  expect(bind('here')).toEqual({ place: 'here', focus: undefined })
  expect(bind('here', '--', '--not an option')).toEqual({ place: 'here', focus: '--not an option' })
})
