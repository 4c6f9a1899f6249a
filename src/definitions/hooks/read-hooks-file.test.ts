import { expect, test } from 'vitest'
import { matchesNames } from './hook-matcher.ts'
import { readHooksFile } from './read-hooks-file.ts'

const read = (value: unknown, layer: 'user' | 'project' = 'user') =>
  readHooksFile(JSON.stringify(value, undefined, 2), '/h/hooks.json', layer)
const program = { type: 'command', command: 'exit 0' }

test('a program is read with its place; Codex writes its time in seconds, by two names', () => {
  const hooks = [
    program,
    { ...program, timeout: 2 },
    { ...program, timeoutSec: 3, profile: 'trusted', writable: ['~/x'] },
  ]
  const { hooks: found, diagnostics } = read({
    description: 'mine',
    hooks: { PreToolUse: [{ matcher: 'Bash', hooks }], state: { 'a:b': { trusted_hash: 'c' } } },
  })
  expect(diagnostics).toEqual([])
  expect(found).toMatchObject([
    { event: 'PreToolUse', matcher: 'Bash', command: 'exit 0', timeoutMs: 600_000, line: 8, layer: 'user' },
    { timeoutMs: 2000 },
    { timeoutMs: 3000, profile: 'trusted', writable: ['~/x'] },
  ])
})

test.each([
  ['no JSON', '{ "hooks": nope }', 'This is no JSON from here on'],
  ['no hooks in it', '{}', 'The field "hooks" is missing'],
  ['events beside hooks', '{"hooks":{},"PreToolUse":[]}', 'Unknown field "PreToolUse"'],
])('a file with %s is an error', (_, text, message) => {
  const { hooks, diagnostics } = readHooksFile(text, '/h/hooks.json', 'user')
  expect(hooks).toEqual([])
  expect(diagnostics).toMatchObject([{ severity: 'error', code: 'hooks.schema', file: '/h/hooks.json' }])
  expect(diagnostics[0]?.message).toContain(message)
})

test.each([
  ['error', 'a mistyped event', { preToolUse: [{ hooks: [program] }] }],
  ['error', 'an event that nobody knows', { Whenever: [] }],
  ['warning', 'an event of Codex at which a hook only listens', { SessionEnd: [{ hooks: [program] }] }],
  ['error', 'a kind that is not run, where it would decide', { PreToolUse: [{ hooks: [{ type: 'prompt' }] }] }],
  ['warning', 'a kind that is not run, where it would listen', { PostToolUse: [{ hooks: [{ type: 'agent' }] }] }],
  ['error', 'a kind that there is not', { Stop: [{ hooks: [{ type: 'comand', command: 'x' }] }] }],
  ['error', 'a matcher that is no pattern', { PreToolUse: [{ matcher: '(', hooks: [program] }] }],
  ['error', 'a program without a command', { PreToolUse: [{ hooks: [{ type: 'command' }] }] }],
  ['error', 'a group without hooks', { PreToolUse: [{ matcher: 'Bash' }] }],
  ['error', 'a program in place of a group', { PreToolUse: [program] }],
  ['error', 'groups that are no list', { PreToolUse: { hooks: [program] } }],
  ['warning', 'a field that nobody knows', { Stop: [{ hooks: [{ ...program, timout: 3 }] }] }],
])('%s: %s, with line and field', (severity, _, hooks) => {
  const { diagnostics } = read({ hooks })
  expect(diagnostics).toMatchObject([
    { severity, file: '/h/hooks.json', line: expect.any(Number), field: expect.stringMatching(/^hooks\./) },
  ])
})

test('what one hook has wrong takes no other one away', () => {
  const { hooks } = read({ hooks: { Nothing: [], PreToolUse: [{ hooks: [{ type: 'agent' }, program] }] } })
  expect(hooks).toHaveLength(1)
})

test('a repository is told that it opens nothing', () => {
  const { diagnostics } = read({ hooks: { Stop: [{ hooks: [{ ...program, network: ['*'] }] }] } }, 'project')
  expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'hooks.user_only' }])
})

test.each([
  [undefined, true],
  ['', true],
  ['*', true],
  ['Bash', true],
  ['Edit|Bash', true],
  ['Ba', false],
  ['Ba.*', true],
  ['^exec_', true],
  ['mcp__.*', false],
])('the matcher %s fits a command: %s', (matcher, fits) => {
  expect(matchesNames(matcher, ['Bash', 'exec_command', 'shell'])).toBe(fits)
})
