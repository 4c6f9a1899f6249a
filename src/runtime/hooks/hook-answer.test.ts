import { expect, test } from 'vitest'
import type { HookEvent } from '../../plugin-api/hook.ts'
import { readHookAnswer } from './hook-answer.ts'
import { givenInput, hookInput, toldInput } from './hook-input.ts'
import { namesToMatch } from './hook-names.ts'

const ended = (output: unknown, exitCode = 0, errorText = '') => ({
  ...{ exitCode, errorText, hasRead: true },
  output: typeof output === 'string' ? output : JSON.stringify(output),
})
const specific = (hookEventName: HookEvent, more: object) => ({ hookSpecificOutput: { hookEventName, ...more } })

test.each<[HookEvent, unknown, object | undefined]>([
  ['PreToolUse', '', undefined],
  ['PreToolUse', { continue: true, systemMessage: 'hello' }, { notice: 'hello' }],
  ['PreToolUse', { decision: 'approve' }, {}],
  ['PreToolUse', { decision: 'block', reason: 'no' }, { decision: 'deny', reason: 'no' }],
  ['PreToolUse', { continue: false, stopReason: 'enough' }, { decision: 'deny', reason: 'enough' }],
  [
    'PreToolUse',
    specific('PreToolUse', { permissionDecision: 'deny', permissionDecisionReason: 'no' }),
    { decision: 'deny', reason: 'no' },
  ],
  [
    'PreToolUse',
    specific('PreToolUse', { updatedInput: { command: 'ls' }, additionalContext: 'told' }),
    { updatedInput: { command: 'ls' }, context: 'told' },
  ],
  [
    'PermissionRequest',
    specific('PermissionRequest', { decision: { behavior: 'deny', message: 'no' } }),
    { decision: 'deny', reason: 'no' },
  ],
  ['PermissionRequest', specific('PermissionRequest', { decision: { behavior: 'allow' } }), {}],
  ['UserPromptSubmit', 'as text', { context: 'as text' }],
  ['SessionStart', specific('SessionStart', { additionalContext: 'told' }), { context: 'told' }],
  ['SessionStart', { continue: false }, { decision: 'deny' }],
  ['PostToolUse', 'a line for nobody', undefined],
  ['Stop', { decision: 'block', reason: 'go on' }, { decision: 'deny', reason: 'go on' }],
  ['Stop', { continue: false, decision: 'block', reason: 'go on' }, {}],
])('%s: %j is read', (event, output, answer) => {
  expect(readHookAnswer(event, ended(output))).toEqual(answer)
})

test('a wish to ask a person denies: a hook cannot ask', () => {
  const answer = readHookAnswer('PreToolUse', ended(specific('PreToolUse', { permissionDecision: 'ask' })))
  expect(answer).toMatchObject({ decision: 'deny', reason: expect.stringContaining('wants a person to decide') })
})

test.each<[HookEvent, unknown]>([
  ['PreToolUse', { verdict: 'no' }],
  ['PreToolUse', { decision: 'deny' }],
  ['PreToolUse', specific('PostToolUse', {})],
  ['PreToolUse', specific('PreToolUse', { updatedInputs: {} })],
  ['PermissionRequest', specific('PermissionRequest', { decision: { behavior: 'allow', updatedInput: {} } })],
  ['PermissionRequest', 'yes'],
  ['UserPromptSubmit', '{"decision"'],
  ['Stop', 'not yet'],
])('%s: %j is no answer', (event, output) => {
  expect(() => readHookAnswer(event, ended(output))).toThrow('it printed what is no')
})

test('what ends with another code says it, and what it wrote last', () => {
  expect(() => readHookAnswer('PreToolUse', ended('', 7, 'oops'))).toThrow('it ended with exit code 7: oops')
  expect(readHookAnswer('PreToolUse', ended('', 2))).toEqual({ decision: 'deny' })
  expect(() => readHookAnswer('Stop', ended('', 2))).toThrow('nothing to go on with')
})

test('arguments go out as Codex has them, and come back as the tool takes them', () => {
  const given = { cmd: 'ls', workdir: '/w' }
  expect(toldInput('exec_command', given)).toEqual({ command: 'ls', workdir: '/w' })
  expect(givenInput('exec_command', { command: 'pwd' }, given)).toEqual({ cmd: 'pwd', workdir: '/w' })
  expect(toldInput('write_stdin', { session_id: 1, chars: 'rm x\n' })).toEqual({ command: 'rm x\n', session_id: 1 })
  expect(givenInput('apply_patch', { command: 'P' }, 'Q')).toBe('P')
  expect(givenInput('mcp__a__b', { x: 1 }, { y: 2 })).toEqual({ x: 1 })
  expect(() => givenInput('exec_command', 'ls', given)).toThrow('no object')
})

test('a question about a command is told and matched like the command', () => {
  const payload = {
    ...{ threadId: 't', turnId: 'u', cwd: '/w', reason: 'a rule asks' },
    action: { kind: 'exec', script: 'git push', shell: '/bin/sh', cwd: '/w' },
  }
  expect(namesToMatch('PermissionRequest', payload)).toContain('Bash')
  expect(hookInput('PermissionRequest', payload, { model: 'm', isAsked: true })).toMatchObject({
    hook_event_name: 'PermissionRequest',
    tool_name: 'Bash',
    tool_input: { command: 'git push', description: 'a rule asks' },
    permission_mode: 'default',
  })
})
