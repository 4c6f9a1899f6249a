import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { codexBin } from '../support/run-codex.ts'
import { agentFile, workflowHead, workflowTask } from '../support/run-of.ts'
import { runOnTerminal, type TypedKeys } from '../support/run-on-terminal.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const gate = '[[tasks.gates]]\ntype = "person"\nquestion = "Write the notes now?"\n'
const workflow = `${workflowHead('notes', 'strategy = "sequential"')}${workflowTask('look', 'one')}${workflowTask('write', 'one', gate)}`

const begun = (before: readonly ModelTurn[] = []) =>
  scriptedSession([...before, { text: 'Looked.' }, { text: 'Written.' }], {
    home: { 'agents/one.toml': agentFile('one'), 'workflows/notes.toml': workflow },
  })

const onTerminal = ({ workspace, home }: ScriptedSession, argv: readonly string[], steps: readonly TypedKeys[]) =>
  runOnTerminal([process.execPath, codexBin, ...argv], steps, {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'xterm-256color', [modelServerKeyName]: 'key' },
  })

test.each([
  ['Yes', '1\n', 0, 2, 'Written.'],
  ['No', '2\n', 1, 1, 'gate: a person said no'],
])('on a terminal a person opens the gate of a task, or not: %s', async (_, keys, exitCode, requests, says) => {
  const session = await begun()
  const ended = await onTerminal(session, ['workflows', 'run', 'notes'], [{ after: 'Write the notes now?', keys }])
  expect(ended.exitCode).toBe(exitCode)
  expect(ended.shown).toContain(says)
  expect(session.server.requests).toHaveLength(requests)
})

test('a run is drawn while it goes on, and what was drawn is gone when its result is shown', async () => {
  // The first task waits until it is drawn.
  const session = await begun([{ calls: [{ shell: 'until [ -e drawn ]; do sleep 0.02; done' }] }])
  const steps = [
    { after: 's  look: Title of look, by one', keys: '', creates: join(session.workspace.path, 'drawn') },
    { after: 'Write the notes now?', keys: '1\n' },
  ]
  const { shown } = await onTerminal(session, ['supervisor', 'notes', '--workflow', 'notes'], steps)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
  const plain = shown.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '')
  expect(plain).toContain('s  look: Title of look, by one')
  expect(plain).toContain('1 of 2 tasks ended')
  // The rows were erased, each from its beginning, before the result was shown.
  const behind = shown.slice(shown.lastIndexOf('\u001b[2K'))
  expect(behind).toContain('Written.')
  expect(behind).toContain('done: 2 of 2 tasks done')
  expect(behind).not.toContain('tasks ended')
})
