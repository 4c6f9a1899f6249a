import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedSession, hookModule } from '../support/guarded-session.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const exec = ['exec', '--json', '-s', 'workspace-write', 'go']
const writes: readonly ModelTurn[] = [{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }]

test('a hook rewrites a command, and that one runs, is shown, recorded and told to the model', async () => {
  const rewrite = "return { input: { ...payload.input, cmd: 'touch other' } }"
  const session = await guardedSession({ PreToolUse: hookModule('PreToolUse', rewrite) }, writes)
  const { exitCode, stdout } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  expect(existsSync(join(session.workspace.path, 'other'))).toBe(true)
  expect(stdout).toContain('The PreToolUse hook of guard rewrote the arguments of exec_command.')
  expect(stdout).toContain("touch other'")
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('A hook of the user changed the arguments')
  const { stdout: log } = await session.run(['audit', 'query', '--json'])
  expect(log).toContain('touch other')
  expect(log).not.toContain('touch made')
})

test('a rewritten patch writes nothing where the profile does not let it', async () => {
  const patch = (path: string) => `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch`
  const hook = hookModule(
    'PreToolUse',
    `return { input: payload.input.replace('inside.txt', process.env.CODEX_HOME + '/outside.txt') }`,
  )
  const session = await guardedSession({ PreToolUse: hook }, [
    { calls: [{ name: 'apply_patch', input: patch('inside.txt') }] },
    { text: 'Done.' },
  ])
  const { stdout } = await session.run(exec)
  expect(stdout).toContain('"type":"denial"')
  expect(existsSync(join(session.home.codexHome, 'outside.txt'))).toBe(false)
  expect(existsSync(join(session.workspace.path, 'inside.txt'))).toBe(false)
})

test('a hook of Stop makes the turn go on with its reason, and is told that it did', async () => {
  const hook = hookModule('Stop', "if (!payload.isContinued) return { decision: 'deny', reason: 'now the tests' }")
  const session = await guardedSession({ Stop: hook }, [{ text: 'One.' }, { text: 'Two.' }])
  const { stdout, exitCode } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(2)
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('now the tests</hook_prompt>')
  expect(stdout).toContain('A hook of Stop makes the turn go on: now the tests')
  expect(stdout).toContain('Two.')
})

test('a hook of Stop that is never content is passed over after five times', async () => {
  const hook = hookModule('Stop', "return { decision: 'deny', reason: 'more' }")
  const session = await guardedSession({ Stop: hook }, Array<ModelTurn>(9).fill({ text: 'Done.' }))
  const { stdout, exitCode } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(6)
  expect(stdout).toContain('Hooks of Stop have made this turn go on 5 times')
})

test('a turn that a hook made go on is run again from its recording', async () => {
  const hook = hookModule('Stop', "if (!payload.isContinued) return { decision: 'deny', reason: 'now the tests' }")
  const session = await guardedSession({ Stop: hook }, [{ text: 'One.' }, { text: 'Two.' }])
  const file = join(session.home.codexHome, 'run.jsonl')
  await session.run([...exec.slice(0, -1), '--record', file, 'go'])
  const again = ['exec', '--json', '-s', 'workspace-write', '--replay', file]
  for (const way of [again, [...again, '--replay-tools', 'recorded']]) {
    const { stdout, exitCode } = await session.run(way)
    expect(exitCode).toBe(0)
    expect(stdout.split('A hook of Stop makes the turn go on: now the tests')).toHaveLength(2)
  }
  expect(session.server.requests).toHaveLength(2)
})

test('a hook of SessionStart refuses the run before a model is asked', async () => {
  const hook = hookModule('SessionStart', "return { decision: 'deny', reason: payload.source + ' on a Sunday' }")
  const session = await guardedSession({ SessionStart: hook }, writes)
  const { stderr, exitCode } = await session.run(exec)
  expect(exitCode).toBe(5)
  expect(stderr).toContain('The run was refused: startup on a Sunday')
  expect(session.server.requests).toEqual([])
})
