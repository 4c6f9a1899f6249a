import { expect, test } from 'vitest'
import { formatDiagnostic } from '../plugin-api/index.ts'
import { commandKind } from './parse-command.ts'
import { parseBytes } from './parse-file.ts'

/** What is said about a command file of these bytes, line by line; nothing where it loads. */
function problemsOf(content: string | Uint8Array): readonly string[] {
  const definitions = parseBytes(commandKind, '/c/own.md', Buffer.from(content), { asJson: true })
  return definitions.flatMap(({ diagnostics = [] }) => diagnostics).map(formatDiagnostic)
}

const withFrontMatter = (yaml: string) => `---\ndescription: d\n${yaml}\n---\nHi\n`
const repeated = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i))

test.each<[string, string | Uint8Array, string]>([
  ['NUL in the text', 'a\0b', '/c/own.md:1:2: Not text: a NUL byte at offset 1'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), '/c/own.md:1:1: Not valid UTF-8: invalid byte'],
  ['Latin-1', Buffer.from('caf\u00e9', 'latin1'), '/c/own.md:1:4: Not valid UTF-8: invalid byte at offset 3'],
  ['UTF-16 with a mark', Buffer.from('\ufeffHi', 'utf16le'), '/c/own.md:1:1: UTF-16 text, not UTF-8'],
  ['UTF-16 without one', Buffer.from('Hi', 'utf16le'), '/c/own.md:1:2: Not text: a NUL byte at offset 1'],
  ['a byte order mark alone', Buffer.from('efbbbf', 'hex'), '/c/own.md:1: The command has no text to send'],
  ['nothing', '', '/c/own.md:1: The command has no text to send'],
  ['line ends of CR alone', '---\rdescription: d\r---\rHi', '/c/own.md:1:1: The lines of the file end with CR'],
  ['a fence alone', '---', '/c/own.md:1:1: The front matter has no end'],
])('a file that is %s is said and left out', (_, content, expected) => {
  expect(problemsOf(content)).toEqual([expect.stringContaining(expected)])
})

test.each<[string, string, string]>([
  ['an alias', 'category: &a x\nmodel: *a', '4:9: Front matter with aliases (*name) is not read'],
  ['a bomb of aliases', 'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]', '4:9: Front matter with aliases (*name) is not read'],
  ['a cycle', 'args: &a [*a]', '3:12: Front matter with aliases (*name) is not read'],
  ['a merge key', '<<: { name: x }', '3:1: Unknown field "<<"'],
  [
    'a key twice',
    'name: a\nname: b',
    '4:1: The front matter is not YAML: duplicated mapping key. Keep one of the two.',
  ],
  [
    'a tab',
    'args:\n\t- name: x',
    '4:1: The front matter is not YAML: tab characters must not be used in indentation. Indent',
  ],
  ['a tag that makes code', 'category: !!js/function "x"', '3:11: The front matter is not YAML: unknown scalar tag'],
  ['__proto__', '__proto__: { polluted: true }', '3:1: Unknown field "__proto__"'],
  ['constructor', 'constructor: { prototype: { polluted: true } }', '3:1: Unknown field "constructor"'],
  [
    'lists 1,000 deep',
    `args: ${'['.repeat(1000)}${']'.repeat(1000)}`,
    '3:106: The front matter nests more than 100 deep',
  ],
  ['brackets without end', `args: ${'['.repeat(400_000)}`, '3:106: The front matter nests more than 100 deep'],
  [
    'a number without end',
    `args: [{ name: n, type: number, default: ${'9'.repeat(100_000)} }]`,
    '3:33: The default of',
  ],
  ['infinity', 'args: [{ name: n, type: number, default: .inf }]', '3:33: The default of "n" does not fit its type'],
  ['a name of 65 letters', `name: ${'a'.repeat(65)}`, '3:1: Too big: expected string to have <=64 characters'],
  ['a name that drives the terminal', 'name: "a\\e[2J"', '3:1: Invalid string'],
])('front matter with %s is said with its place, and pollutes nothing', (_, yaml, expected) => {
  expect(problemsOf(withFrontMatter(yaml))).toEqual([expect.stringContaining(`/c/own.md:${expected}`)])
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('of 10,000 unknown keys the first twenty are said, and how many there are besides', () => {
  const problems = problemsOf(withFrontMatter(repeated(10_000, (index) => `k${index}: ${index}`).join('\n')))
  expect(problems).toHaveLength(21)
  expect(problems[19]).toBe('/c/own.md:22:1: Unknown field "k19" (field: k19)')
  expect(problems[20]).toContain('This file has 9980 more problems, which are not shown')
})

test('a key of a megabyte is cut where it is said', () => {
  const [problem = ''] = problemsOf(withFrontMatter(`"${'k'.repeat(1000)}": 1`))
  expect(problem).toContain(`Unknown field "${'k'.repeat(400)}`)
  expect(problem.length).toBeLessThan(1_200)
})
