import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, type ExecCase, execCase } from '../support/exec-case.ts'
import { tapedCase } from '../support/taped-case.ts'

test.each([
  ['that is not there', undefined, /cannot be read: it does not exist/],
  ['that is empty', '', /line 1, is empty/],
  [
    'of a future version',
    '{"type":"recording","version":7,"shape":"new"}\n',
    /line 1, is of version 7; this program reads 1[\s\S]*Update/,
  ],
  ['that is a rollout', '{"type":"session_meta","payload":{}}\n', /line 1, is no line of a recording/],
  ['that is no JSON', 'hello\n', /line 1, is no JSON/],
  ['without its first line', '{"type":"end","at_ms":1,"turn":1,"outcome":"completed"}\n', /line 1, is no recording/],
])('a file %s is refused with what it should be', async (_, text, message) => {
  const session = await execCase([{ text: 'never' }])
  const file = join(session.home.homeDir, 'bad.jsonl')
  if (text !== undefined) await writeFile(file, text)
  const result = await session.exec(['--replay', file])
  expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(message) })
  expect(session.server.requests).toHaveLength(0)
})

const turns = [{ calls: [{ shell: 'echo one' }] }, { text: 'Two three.', deltaSize: 4 }]
const asked = ['-s', 'workspace-write', 'count']

test('garbage in the middle is an error with its line', async () => {
  const taped = await tapedCase(turns, asked)
  const lines = (await readFile(taped.recording, 'utf8')).split('\n')
  lines[4] = `${lines[4]?.slice(0, 20)}`
  await writeFile(taped.recording, lines.join('\n'))
  const { result } = await taped.elsewhere(['-s', 'workspace-write'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('line 5, is no JSON') })
})

test('half a last line is passed over, and the turn ends where the recording does', async () => {
  const taped = await tapedCase(turns, asked)
  const text = await readFile(taped.recording, 'utf8')
  const place = text.lastIndexOf('"text_delta"')
  await writeFile(taped.recording, text.slice(0, place + 4))
  const { result } = await taped.elsewhere(['-s', 'workspace-write'])
  expect(result.exitCode).toBe(1)
  expect(completedItems(result, 'command_execution')).toHaveLength(1)
  expect(result.events.at(-1)).toMatchObject({
    error: { code: 'replay.ended', message: expect.stringContaining('is not whole') },
  })
})

test('a recording that was cut between two lines ends with the request that it does not have', async () => {
  const taped = await tapedCase(turns, asked)
  const lines = (await readFile(taped.recording, 'utf8')).split('\n')
  const second = lines.findIndex((line) => line.includes('"type":"request"') && line.includes('"request":2'))
  await writeFile(taped.recording, `${lines.slice(0, second).join('\n')}\n`)
  const { result } = await taped.elsewhere(['-s', 'workspace-write'])
  expect(result.events.at(-1)).toMatchObject({ error: { code: 'replay.ended', hint: expect.stringContaining('anew') } })
})

test('another prompt, and another agent, is told as what differs', async () => {
  const taped = await tapedCase(turns, asked)
  const other = await taped.elsewhere(['-s', 'workspace-write', 'count backwards'])
  expect(other.result).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/recorded: count\n {2}now: {6}count backwards/),
  })
  const same = await taped.elsewhere(['-s', 'workspace-write', 'count'])
  expect(same.result.exitCode).toBe(0)
  const text = await readFile(taped.recording, 'utf8')
  await writeFile(taped.recording, text.replace('"input":"count"', '"input":"count","agent":"code-reviewer"'))
  const { result } = await taped.elsewhere(['-s', 'workspace-write'])
  expect(result.events.at(-1)).toMatchObject({
    error: { code: 'replay.differs', message: expect.stringContaining('input[0]') },
  })
})

const refusals = (session: ExecCase, file: string): readonly (readonly [readonly string[], string])[] => [
  [['--record', `${file}2`, '--replay', file], 'cannot be used together'],
  [['--replay', file, 'resume', '--last', 'hi'], 'resume and --replay'],
  [['--replay', file, '-m', 'other'], '--model and --replay'],
  [['--replay', file, '--approve-for-me'], 'would answer for the reviewing agent'],
  [['--replay', file, '--replay-speed', 'fast'], "invalid value 'fast'"],
  [['--replay', file, '--replay-speed', '0'], "invalid value '0'"],
  [['--replay-tools', 'recorded', session.workspace.path], '--replay-tools is for --replay'],
  [['--force', 'hi'], '--force is for --record'],
  [['--record', `${file}2`, '--dry-run', 'hi'], '--dry-run and --record'],
]

test('options that contradict a recording are refused, each with a way on', async () => {
  const taped = await tapedCase(turns, asked)
  for (const [argv, message] of refusals(taped, taped.recording)) {
    const result = await taped.exec(argv)
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(message) })
  }
})

test('the provider without a recording says how it is given one', async () => {
  const session = await execCase([{ text: 'never' }])
  const result = await session.exec(['-c', 'model_provider=replay', 'hi'])
  expect(result.exitCode).toBe(1)
  expect(result.events.at(-1)).toMatchObject({
    error: { code: 'provider.unconfigured', hint: expect.stringContaining('--replay FILE') },
  })
})
