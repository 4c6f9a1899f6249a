import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { ThreadTrace, TracedPiece } from '../../src/plugin-api/index.ts'
import { modelServerKeyName } from '../support/codex-home.ts'
import { type ExecCase, execCase, jsonLines } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const command = (cmd: string): ModelTurn => ({
  calls: [{ name: 'exec_command', arguments: { cmd } }],
  usage: { input: 20, output: 3 },
})
const answer: ModelTurn = { text: 'done', usage: { input: 40, output: 2 } }

const traceOf = async (session: ScriptedSession, thread = 'last'): Promise<ThreadTrace> => {
  const { stdout, stderr } = await session.run(['debug', 'trace', thread, '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}
const outline = (pieces: readonly TracedPiece[]) => pieces.map(({ kind, name }) => `${kind} ${name}`)
const record = async (session: ExecCase): Promise<string> => (await session.rollouts())[0] ?? ''

test('a thread is shown by time: requests, calls, tokens and failures, without colours where nobody looks', async () => {
  const session = await execCase([command('exit 3'), answer])
  await session.exec(['--profile', 'trusted', 'look at this'])
  const { turns, problems } = await traceOf(session)
  const [turn] = turns
  expect(problems).toEqual([])
  expect(turn).toMatchObject({
    status: 'completed',
    prompt: 'look at this',
    usage: { input_tokens: 60, output_tokens: 5 },
  })
  const model = String(turn?.model)
  expect(outline(turn?.pieces ?? [])).toEqual([`request ${model}`, 'tool_call exec_command', `request ${model}`])
  expect(turn?.pieces.every(({ isMeasured, durationMs = 0 }) => isMeasured && durationMs > 0)).toBe(true)
  const { stdout } = await session.run(['debug', 'trace', 'last'])
  expect(stdout).toMatch(/^look at this\n\S+, agent default, 1 turn, .+, 65 tokens\n\nTurn 1 {2}\S+Z, .+, completed, /)
  expect(stdout).toMatch(/\+\d+ ms +\d+ m?s +tool exec_command +failed\n/)
  expect(stdout).not.toContain('█')
  expect(stdout).not.toContain('\u001b')
})

test('on a terminal each piece has a bar', async () => {
  const session = await execCase([answer])
  await session.exec(['hi'])
  const { homeDir, codexHome } = session.home
  const env = { PATH: process.env.PATH, HOME: homeDir, CODEX_HOME: codexHome, TERM: 'xterm' }
  const { shown } = await runOnTerminal(
    [process.execPath, codexBin, 'debug', 'trace', 'last'],
    { after: 'no question', keys: '' },
    { cwd: session.workspace.path, env },
  )
  expect(shown).toContain('█')
  expect(shown).toContain('\u001b[')
})

test.each([
  ['y\n', undefined, 'exec: once'],
  ['n\n', 'denied', 'exec: deny'],
])('a question to the person stands in its call: %j', async (keys, error, name) => {
  const ask = {
    calls: [
      { name: 'exec_command', arguments: { cmd: 'echo hi > /var/tmp/codex-asked-$$ && rm /var/tmp/codex-asked-$$' } },
    ],
  }
  const session = await scriptedSession([ask, answer])
  const { homeDir, codexHome } = session.home
  const env = {
    PATH: process.env.PATH,
    HOME: homeDir,
    CODEX_HOME: codexHome,
    TERM: 'dumb',
    [modelServerKeyName]: 'key',
  }
  const argv = [
    process.execPath,
    codexBin,
    '--security-profile',
    'workspace-write',
    '-c',
    'approval_policy="untrusted"',
    'do it',
  ]
  await runOnTerminal(argv, { after: 'n no: ', keys }, { cwd: session.workspace.path, env })
  const call = (await traceOf(session)).turns[0]?.pieces.find(({ kind }) => kind === 'tool_call')
  const [asked] = call?.pieces ?? []
  expect(asked).toMatchObject({ kind: 'approval', name, isMeasured: true })
  expect(asked?.error).toBe(error)
})

test('an agent that work was handed to stands in the call that did so', async () => {
  const helper = '[agent]\nid = "helper"\nname = "helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
  const handOn = { calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'look closer' } }] }
  const session = await scriptedSession([handOn, { text: 'found it' }, { text: 'Done.' }], {
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': helper },
  })
  await session.run(['exec', 'go'])
  const trace = await traceOf(session)
  const call = trace.turns[0]?.pieces.find(({ kind }) => kind === 'tool_call')
  expect(trace.threads).toEqual([])
  expect(call?.threads.map(({ thread, turns }) => [thread.agent, turns[0]?.prompt])).toEqual([
    ['helper', 'look closer'],
  ])
  expect((await session.run(['debug', 'trace', 'last'])).stdout).toMatch(
    /tool hand_on.*\n +look closer\n +\S+, agent helper, 1 turn/,
  )
})

test('one that was put away, and one with lines that cannot be read, are shown as far as they go', async () => {
  const session = await execCase([command('echo hi'), answer])
  await session.exec(['--profile', 'trusted', 'hi'])
  const file = await record(session)
  const lines = (await readFile(file, 'utf8')).split('\n')
  await writeFile(
    file,
    [...lines.slice(0, -1), 'garbage \u001b[2J', '{"timestamp":"x","type":"later","payload":{}}', ''].join('\n'),
  )
  const before = await traceOf(session)
  expect(before.problems).toEqual(['1 line of the record cannot be read and is left out'])
  expect((await session.run(['threads', 'archive', before.thread.id])).exitCode).toBe(0)
  const after = await traceOf(session, before.thread.id)
  expect(after.turns).toEqual(before.turns)
})

test('a record without spans, as the real Codex writes it, is shown by the times of its lines', async () => {
  const session = await execCase([command('echo hi'), answer])
  await session.exec(['--profile', 'trusted', 'hi'])
  const file = await record(session)
  const lines = jsonLines(await readFile(file, 'utf8')).filter(
    ({ payload }) => (payload as { type?: string }).type !== 'span',
  )
  const begun = Date.parse('2026-01-02T03:04:05Z')
  const later = lines.map((line, index) => ({ ...line, timestamp: new Date(begun + index * 1000).toISOString() }))
  await writeFile(file, later.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const [turn] = (await traceOf(session)).turns
  expect(turn?.pieces.map(({ kind, isMeasured }) => [kind, isMeasured])).toEqual([
    ['request', false],
    ['tool_call', false],
    ['request', false],
  ])
  expect(turn?.pieces.map(({ usage }) => usage?.input_tokens)).toEqual([20, undefined, 40])
  expect(turn?.durationMs).toBeGreaterThan(1000)
  expect((await session.run(['debug', 'trace', 'last'])).stdout).toContain('time estimated')
})

test('a turn whose program was ended is open, and its call has no end', async () => {
  const session = await execCase([command('sleep 100'), answer])
  const running = await session.startExec(['--profile', 'trusted', 'hi'])
  await running.event(({ type }) => type === 'item.started')
  running.kill('SIGKILL')
  await running.done
  const [turn] = (await traceOf(session)).turns
  expect(turn?.status).toBe('open')
  expect(turn?.pieces.at(-1)).toMatchObject({ kind: 'tool_call', name: 'exec_command' })
  expect((await session.run(['debug', 'trace', 'last'])).stdout).toContain('not ended')
})

test('a thread that is not there is an error', async () => {
  const session = await execCase([])
  const { exitCode, stderr } = await session.run(['debug', 'trace', 'nosuch'])
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('thread.not_found')])
})
