import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'
import { ShownTerminal } from '../support/shown-terminal.ts'
import { terminalControls } from '../support/terminal-controls.ts'

const work: readonly ModelTurn[] = [
  {
    reasoning: 'Thinking.',
    text: 'I look first.',
    calls: [
      { name: 'update_plan', arguments: { plan: [{ step: 'look', status: 'in_progress' }] } },
      { shell: 'seq 1 12; exit 3' },
      { name: 'nonsense', arguments: {} },
      { name: 'apply_patch', input: '*** Begin Patch\n*** Update File: gone.txt\n@@\n-a\n+b\n*** End Patch\n' },
    ],
  },
  {
    calls: [
      { name: 'apply_patch', input: '*** Begin Patch\n*** Update File: a.txt\n@@\n one\n-two\n+2\n*** End Patch\n' },
    ],
  },
  { text: '# Done\n\n- **one**\n- two \u001b]52;c;aGk=\u0007\n', deltaSize: 4 },
]
const argvOf = (argv: readonly string[]) => [process.execPath, codexBin, ...argv]

/** A session that may write its workspace. */
const session = (turns: readonly ModelTurn[] = work, config = '') =>
  scriptedSession(turns, { files: { 'a.txt': 'one\ntwo\n' }, config: `sandbox_mode = "workspace-write"\n${config}` })

/** Runs the program on a terminal, and gives the lines that stand there in the end. */
async function onTerminal(
  { home, workspace }: ScriptedSession,
  argv: readonly string[],
  {
    keys = { after: 'never', keys: '' },
    env = {},
  }: { readonly keys?: { after: string; keys: string }; readonly env?: object } = {},
) {
  const { exitCode, shown } = await runOnTerminal(argv, keys, {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'xterm-256color', [modelServerKeyName]: 'key', ...env },
  })
  const terminal = new ShownTerminal(80)
  terminal.write(shown)
  return { exitCode, shown, lines: terminal.lines }
}

/** Without what differs from run to run. */
const steady = (lines: readonly string[]) =>
  lines
    .join('\n')
    .replaceAll(/\d+\.\d s(?:econds)?/g, 'N s')
    .replaceAll(/threads show \S+/g, 'threads show ID')
    .replaceAll(/\/\S*codex-test-\w+/g, 'WS')

test('on a terminal a thread is live: what stands there in the end is the transcript, and the answer once', async () => {
  const { exitCode, shown, lines } = await onTerminal(await session(), argvOf(['do it']))
  expect(exitCode).toBe(0)
  expect(terminalControls(shown.replaceAll('\r\n', '\n'), 'redraws')).toEqual([])
  expect(shown).toContain('waiting for the model')
  expect(steady(lines.slice(lines.indexOf('Thinking.')))).toMatchInlineSnapshot(`
    "Thinking.

    I look first.

    [ ] look
    $ seq 1 12; exit 3  exit 3, N s, 12 lines
      … 2 lines before: codex threads show ID
      3
      4
      5
      6
      7
      8
      9
      10
      11
      12
    failed nonsense: there is no such tool
    failed apply_patch: Failed to read file to update WS/gone.txt: No such file or directory (os error 2)
    edited a.txt (+1 -1)
      @@
       one
      -two
      +2

    # Done

    • one
    • two \\x1b]52;c;aGk=\\x07

    "
  `)
})

test.for([
  ['NO_COLOR', [], { NO_COLOR: '1' }],
  ['CI', [], { CI: 'true' }],
  ['TERM=dumb', [], { TERM: 'dumb' }],
  ['--color never', ['--color', 'never'], {}],
  ['--plain', ['--plain'], {}],
] as const)('with %s no escape sequence reaches the terminal', async ([, options, env]) => {
  const { exitCode, shown } = await onTerminal(await session(), argvOf([...options, 'do it']), { env })
  expect(exitCode).toBe(0)
  expect(terminalControls(shown.replaceAll('\r\n', '\n'))).toEqual([])
  expect(shown).toContain('I look first.')
  expect(shown).toContain('nonsense: there is no such tool')
  expect(shown.split('# Done')).toHaveLength(2)
})

test('with standard output in a file, the file has the answer as it was written, and the terminal all', async () => {
  const opened = await session()
  const out = join(opened.home.homeDir, 'answer.md')
  const { lines } = await onTerminal(opened, ['sh', '-c', `exec "$0" "$@" > ${out}`, ...argvOf(['do it'])])
  expect(await readFile(out, 'utf8')).toBe('# Done\n\n- **one**\n- two \\x1b]52;c;aGk=\\x07\n')
  expect(lines).toContain('• one')
})

test('a person is asked where nothing else is drawn, and the transcript goes on behind the answer', async () => {
  const turns: readonly ModelTurn[] = [{ calls: [{ shell: 'touch made.txt' }] }, { text: 'Done.' }]
  const opened = await scriptedSession(turns, {
    config: 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"\n',
  })
  const { exitCode, lines } = await onTerminal(opened, argvOf(['do it']), { keys: { after: 'Allow?', keys: 'y\r' } })
  expect(exitCode).toBe(0)
  const asked = lines.findIndex((line) => line.startsWith('Allow?'))
  expect(lines[asked]).toBe('Allow? y once, t this turn, s this session, 1 to 2 as listed, n no: y')
  expect(lines.slice(asked + 1).filter(Boolean)).toEqual([
    expect.stringMatching(/^\$ touch made\.txt {2}exit 0, /),
    'Done.',
  ])
  expect(lines.join('\n')).not.toContain('waiting for the model')
})

test('Ctrl-C takes the live rows away, and says that the turn was interrupted', async () => {
  const opened = await session([...work.slice(0, 1), { failure: { kind: 'silent' } }])
  const keys = { after: 'failed\u001b[39m apply_patch', keys: '\u0003' }
  const { exitCode, lines } = await onTerminal(opened, argvOf(['do it']), { keys })
  expect(exitCode).toBe(130)
  const said = lines.filter(Boolean)
  expect(said.slice(said.findIndex((line) => line.startsWith('failed apply_patch: ')) + 1)).toEqual([
    'interrupted',
    expect.stringMatching(/^to go on: codex resume /),
  ])
})

test('output.plain of the configuration holds on a terminal', async () => {
  const { home, ...opened } = await session()
  await home.write({ 'kernel.toml': '[output]\nplain = true\n' })
  const { lines } = await onTerminal({ ...opened, home }, argvOf(['do it']))
  const shown = steady(lines)
  expect(shown.slice(shown.indexOf('Assistant: I look'))).toMatchInlineSnapshot(`
    "Assistant: I look first.
    Plan: 0 of 1 step done.
    To do: look
    Command: seq 1 12; exit 3
    Result: failed, exit code 3, N s, 12 lines of output.
    Output, the last 10 lines:
      3
      4
      5
      6
      7
      8
      9
      10
      11
      12
    End of output. All of it: codex threads show ID
    Failed: nonsense: there is no such tool
    Failed: apply_patch: Failed to read file to update WS/gone.txt: No such file or directory (os error 2)
    File edited: a.txt, 1 line added, 1 line removed.
    Removed: two
    Added: 2
    Assistant:
    # Done

    - **one**
    - two \\x1b]52;c;aGk=\\x07
    Status: done.
    "
  `)
})

test('a kept thread is shown whole, with the diffs of its patches, also with labels', async () => {
  const opened = await session()
  expect((await opened.run(['exec', 'do it'])).exitCode).toBe(0)
  const { stdout } = await opened.run(['threads', 'show', 'last'])
  expect(stdout).toContain('$ seq 1 12; exit 3\n1\n2\n3\n')
  expect(stdout).toContain('edited a.txt (+1 -1)\n  @@\n   one\n  -two\n  +2\n')
  const plain = await opened.run(['threads', 'show', 'last', '--plain'])
  expect(plain.stdout).toContain('File edited: a.txt, 1 line added, 1 line removed.\nRemoved: two\nAdded: 2\n')
})
