import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { type ExecCase, execCase, userTexts } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal, type TypedKeys } from '../support/run-on-terminal.ts'
import { sentBody } from '../support/scripted-session.ts'

/** A command that runs until a file is there. */
const waiting = (file: string): ModelTurn => ({
  calls: [{ shell: `until [ -e ${file} ]; do sleep 0.01; done` }],
})

function onTerminal(one: ExecCase, argv: readonly string[], steps: readonly TypedKeys[]) {
  const env = { PATH: process.env.PATH, HOME: one.home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' }
  return runOnTerminal([process.execPath, codexBin, ...argv], steps, { cwd: one.workspace.path, env })
}

test.for([
  ['codex "prompt"', ['-s', 'workspace-write', 'do it']],
  ['codex exec', ['exec', '--skip-git-repo-check', '-s', 'workspace-write', 'do it']],
] as const)('%s: a line that is typed while the turn runs goes with its next request', async ([, argv]) => {
  const one = await execCase([
    { calls: [{ shell: 'echo first' }] },
    () => waiting(join(one.workspace.path, 'go-on')),
    { text: 'Done.' },
  ])
  const typed = onTerminal(one, argv, [
    { after: 'first', keys: 'use the other file\n' },
    { after: 'Added: it goes with the next request.', keys: '', creates: join(one.workspace.path, 'go-on') },
  ])
  expect((await typed).exitCode).toBe(0)
  expect(userTexts(sentBody(one.server, 2)).at(-1)).toBe('use the other file')
  expect(one.server.requests).toHaveLength(3)
})

test('a line that is to wait, and one that begins a command, have turns of their own', async () => {
  const one = await execCase(
    [
      { calls: [{ shell: 'echo first' }] },
      () => waiting(join(one.workspace.path, 'go-on')),
      { text: 'Done.' },
      { text: 'Next.' },
      { text: 'Last.' },
    ],
    { home: { 'commands/hello.md': '---\n---\nSay hello.\n' } },
  )
  const typed = onTerminal(
    one,
    ['-s', 'workspace-write', 'do it'],
    [
      { after: 'first', keys: '/queue then the tests\n' },
      { after: 'Queued: it is sent when this turn is over.', keys: '/hello\n' },
      { after: 'Queued: it is sent when this turn is over.', keys: '', creates: join(one.workspace.path, 'go-on') },
    ],
  )
  expect((await typed).exitCode).toBe(0)
  expect(userTexts(sentBody(one.server, 4)).slice(-3)).toEqual(['do it', 'then the tests', 'Say hello.'])
})

test('while a question is open, what is typed is its answer and no message', async () => {
  const one = await execCase([
    {
      calls: [
        {
          name: 'exec_command',
          arguments: { cmd: 'rm -rf made', sandbox_permissions: 'require_escalated', justification: 'to try' },
        },
      ],
    },
    { text: 'Done.' },
  ])
  const { shown } = await onTerminal(one, ['-s', 'workspace-write', 'do it'], [{ after: 'n no: ', keys: 'n\n' }])
  expect(shown).not.toContain('Added:')
  expect(userTexts(sentBody(one.server, 1)).at(-1)).toBe('do it')
})

test('Ctrl-C once ends the turn and says how to go on; what was not sent is said', async () => {
  const one = await execCase([{ calls: [{ shell: 'echo first' }] }, waiting('never')])
  const { exitCode, shown } = await onTerminal(
    one,
    ['-s', 'workspace-write', 'do it'],
    [
      { after: 'first', keys: '/queue for later\n' },
      { after: 'Queued: it is sent', keys: '\u0003' },
    ],
  )
  expect(exitCode).toBe(130)
  expect(shown).toContain('Not sent: for later')
  expect(shown).toMatch(/codex resume [0-9a-f-]{13}/)
  expect(existsSync(join(one.workspace.path, 'never'))).toBe(false)
})

test('standard input that is no terminal is not read for this', async () => {
  const one = await execCase([{ calls: [{ shell: 'echo first' }] }, { text: 'Done.' }])
  const { exitCode, stderr } = await one.run(['-s', 'workspace-write', 'do it'], { stdin: 'a line\n' })
  expect(exitCode).toBe(0)
  expect(stderr).not.toContain('Added:')
  expect(userTexts(sentBody(one.server, 1)).at(-1)).toBe('do it')
})
