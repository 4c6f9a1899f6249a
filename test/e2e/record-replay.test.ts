import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, outline } from '../support/exec-case.ts'
import { tapedCase } from '../support/taped-case.ts'

const notes = { 'notes.txt': 'buy milk\n' }
const twoTools = [
  {
    reasoning: 'Look first.',
    calls: [
      { shell: 'cat notes.txt; pwd; echo seen >> seen.txt' },
      { name: 'read_file', arguments: { path: 'notes.txt' } },
    ],
  },
  { text: 'The note says: buy milk.', deltaSize: 5 },
]
const asked = ['-s', 'workspace-write', 'what is on the list?']

test('a recorded thread runs again on another machine without a model, and its tools really run again', async () => {
  const taped = await tapedCase(twoTools, asked, { files: notes })
  expect(taped.first.exitCode).toBe(0)
  const { result, workspace } = await taped.elsewhere(['-s', 'workspace-write'], notes)
  expect(result.stderr).toBe('')
  expect(result.exitCode).toBe(0)
  expect(outline(result)).toEqual(outline(taped.first))
  expect(completedItems(result, 'agent_message')).toEqual(completedItems(taped.first, 'agent_message'))
  expect(await readFile(join(workspace, 'seen.txt'), 'utf8')).toBe('seen\n')
  const [command] = completedItems(result, 'command_execution')
  expect(command?.aggregated_output).toBe(`buy milk\n${workspace}\n`)
})

test('with recorded results nothing is carried out, and what is shown is the same but for the places', async () => {
  const taped = await tapedCase(twoTools, asked, { files: notes })
  const { result, workspace } = await taped.elsewhere(['--replay-tools', 'recorded', '--yolo'])
  expect(result.exitCode).toBe(0)
  const here = JSON.stringify(result.events.slice(1)).replaceAll(workspace, 'WORKSPACE')
  expect(here).toBe(JSON.stringify(taped.first.events.slice(1)).replaceAll(taped.workspace.path, 'WORKSPACE'))
  expect(existsSync(join(workspace, 'seen.txt'))).toBe(false)
})

test('under another profile the error says which one was recorded, and under that one it runs', async () => {
  const taped = await tapedCase(twoTools, asked, { files: notes })
  const { result, workspace } = await taped.elsewhere(['-s', 'read-only'], notes)
  expect(result).toMatchObject({ exitCode: 1 })
  expect(result.stdout).toContain('recorded under the profile workspace-write')
  expect(existsSync(join(workspace, 'seen.txt'))).toBe(false)
  const option = /--security-profile workspace-write/.exec(result.stdout)?.[0].split(' ') ?? []
  expect(option).toHaveLength(2)
  expect((await taped.elsewhere(option, notes)).result).toMatchObject({ exitCode: 0 })
})

test('a replay opens no socket', async () => {
  const taped = await tapedCase(twoTools, asked, { files: notes })
  const watch = join(taped.home.homeDir, 'watch.mjs')
  const log = join(taped.home.homeDir, 'sockets.txt')
  await writeFile(
    watch,
    `import net from 'node:net'
     import dgram from 'node:dgram'
     import { appendFileSync } from 'node:fs'
     const note = (what) => appendFileSync(${JSON.stringify(log)}, what + '\\n')
     note('watching')
     const connect = net.Socket.prototype.connect
     net.Socket.prototype.connect = function (...given) { note('connect'); return connect.apply(this, given) }
     const send = dgram.Socket.prototype.send
     dgram.Socket.prototype.send = function (...given) { note('send'); return send.apply(this, given) }`,
  )
  const env = { NODE_OPTIONS: `--import=${watch}` }
  for (const tools of ['run', 'recorded']) {
    const { result } = await taped.elsewhere(['-s', 'workspace-write', '--replay-tools', tools], notes, { env })
    expect(result.exitCode).toBe(0)
  }
  expect(new Set((await readFile(log, 'utf8')).trim().split('\n'))).toEqual(new Set(['watching']))
})

test('a request that differs says where, with both texts, and the recorded answer is not given', async () => {
  const taped = await tapedCase(twoTools, asked, { files: notes })
  const { result } = await taped.elsewhere(['-s', 'workspace-write'], { 'notes.txt': 'buy bread\n' })
  expect(result.exitCode).toBe(1)
  const { error } = result.events.at(-1) as unknown as { error: { code: string; message: string; hint: string } }
  expect(error.code).toBe('replay.differs')
  expect(error.message).toMatch(
    /^Request 2 differs from the recorded one \(line \d+\) at input\[\d+\]\.output \(output of exec_command\):\n/,
  )
  expect(error.message).toMatch(/recorded: .*buy milk.*\n {2}now: .*buy bread/)
  expect(error.hint).toContain('--replay-lenient')
  expect(completedItems(result, 'agent_message')).toEqual([])
})

test('a lenient replay says where a request differs, and goes on with the recorded answer', async () => {
  const taped = await tapedCase(twoTools, asked, { files: notes })
  const { result } = await taped.elsewhere(['-s', 'workspace-write', '--replay-lenient'], {
    'notes.txt': 'buy bread\n',
  })
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'notice').map(({ message }) => message)).toEqual([expect.stringContaining('buy bread')])
  expect(completedItems(result, 'agent_message')).toHaveLength(1)
})

test('what the profile does not allow is not allowed by a recording', async () => {
  const taped = await tapedCase([{ calls: [{ shell: 'echo hi > made.txt' }] }, { text: 'made' }], ['--yolo', 'make it'])
  expect(existsSync(join(taped.workspace.path, 'made.txt'))).toBe(true)
  const { result, workspace } = await taped.elsewhere([])
  expect(result.exitCode).toBe(1)
  expect(existsSync(join(workspace, 'made.txt'))).toBe(false)
})
