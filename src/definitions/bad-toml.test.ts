import { expect, test } from 'vitest'
import { formatDiagnostic } from '../plugin-api/index.ts'
import { agentKind } from './parse-agent.ts'
import { parseBytes } from './parse-file.ts'

const agent = '[agent]\nid = "a"\nname = "A"\ndescription = "d"\n[prompt]\nsystem = "s"\n'

function problemsOf(more: string): readonly string[] {
  const definitions = parseBytes(agentKind, '/a/own.toml', Buffer.from(agent + more), { asJson: true })
  return definitions.flatMap(({ diagnostics = [] }) => diagnostics).map(formatDiagnostic)
}

test.each([
  ['an escape that is none', 'x = "\\q"', ':7:7: Not valid TOML: unrecognised escape sequence'],
  ['NUL', 'x = "a\0"', ':7:7: Not text: a NUL byte'],
  ['__proto__', '__proto__ = 1', ':7:1: The key __proto__ is not allowed'],
  ['a table __proto__', '[__proto__]\npolluted = 1', ':7:1: The key __proto__ is not allowed'],
  ['constructor', '[constructor.prototype]\npolluted = 1', ':7:1: Unknown field "constructor"'],
  ['a key twice', 'x = 1\nx = 2', ':8:1: Not valid TOML: trying to redefine'],
  ['a number that cannot be held', `x = ${'9'.repeat(100)}`, ':7:1: The integer cannot be held exactly'],
  ['a text without end', `x = """${'a\n'.repeat(100_000)}`, ':7:5: Not valid TOML: unfinished string'],
  ['10,000 tables in a list', '[[x]]\na = 1\n'.repeat(10_000), ':7:1: Unknown field "x"'],
  ['keys 100,000 deep', `${'a.'.repeat(100_000)}b = 1`, ':7:402: Nested more than 200 deep'],
])('TOML with %s is said with its place, and pollutes nothing', (_, text, expected) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(`/a/own.toml${expected}`)])
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('of 10,000 unknown tables the first twenty are said', () => {
  const problems = problemsOf(Array.from({ length: 10_000 }, (_, index) => `[t${index}]\na = 1`).join('\n'))
  expect(problems).toHaveLength(21)
  expect(problems[19]).toContain('/a/own.toml:45:1: Unknown field "t19"')
})
