import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const agent = (id: string, more = '') =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n${more}`
const tools = '[permissions.allowed_tools]\nhand_on = true\napply_patch = true\n'
const reader = agent('reader', `[permissions]\nfile_access = "read-only"\ncan_delegate = true\n${tools}`)
const patch = (file: string): ModelTurn => ({
  calls: [{ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${file}\n+made\n*** End Patch` }],
})
const handOn: ModelTurn = { calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'go on' } }] }
const done: ModelTurn = { text: 'Done.' }

const session = (turns: readonly ModelTurn[], home: Readonly<Record<string, string>> = {}): Promise<ScriptedSession> =>
  scriptedSession(turns, {
    config: 'security_profile = "workspace-write"',
    home: {
      ...installedPlugins('hands-on'),
      'agents/helper.toml': agent('helper'),
      'agents/reader.toml': reader,
      ...home,
    },
  })

const made = ({ workspace }: ScriptedSession, file: string) => existsSync(join(workspace.path, file))

/** The record of the only thread that another one handed its work to. */
async function childOf({ home }: ScriptedSession) {
  const sessions = join(home.codexHome, 'sessions')
  for (const name of await readdir(sessions, { recursive: true })) {
    if (!name.endsWith('.jsonl')) continue
    const file = join(sessions, name)
    const text = await readFile(file, 'utf8')
    const { payload } = JSON.parse(text.slice(0, text.indexOf('\n')))
    if (payload.parent_thread_id !== undefined) return { id: String(payload.id), file, text, payload }
  }
  throw new Error('no thread handed work on')
}

test('the profile of a command holds for the agent that it hands on to as well', async () => {
  const careful = '---\ndescription: d\nprofile: offline\n---\nBe careful.\n'
  const commands = { 'commands/careful.md': careful, 'commands/free.md': '---\ndescription: d\n---\nBe quick.\n' }
  const script = [patch('by-parent.txt'), handOn, patch('by-child.txt'), { text: 'tried' }, done]
  const held = await session(script, commands)
  expect((await held.run(['exec', '/careful'])).exitCode).toBe(0)
  expect(held.server.requests).toHaveLength(5)
  expect([made(held, 'by-parent.txt'), made(held, 'by-child.txt')]).toEqual([false, false])
  const free = await session(script, commands)
  expect((await free.run(['exec', '/free'])).exitCode).toBe(0)
  expect([made(free, 'by-parent.txt'), made(free, 'by-child.txt')]).toEqual([true, true])
})

test('what a command may use bounds the commands of the agent that it hands on to', async () => {
  const only = '---\ndescription: d\nallowed_tools: [hand_on]\n---\nHand on.\n'
  const shell: ModelTurn = { calls: [{ shell: 'touch by-child.txt' }] }
  const held = await session([handOn, shell, { text: 'tried' }, done], { 'commands/only.md': only })
  expect((await held.run(['exec', '/only'])).exitCode).toBe(0)
  expect(made(held, 'by-child.txt')).toBe(false)
})

test('a thread that was handed its work keeps its bounds when it is resumed, and so does a fork of it', async () => {
  const script = [handOn, { text: 'looked' }, done]
  const later = [patch('resumed.txt'), done, patch('forked.txt'), done, handOn, patch('handed-on.txt'), done, done]
  const held = await session([...script, ...later])
  expect((await held.run(['exec', '@reader go'])).exitCode).toBe(0)
  const { id } = await childOf(held)
  expect((await held.run(['exec', 'resume', id, 'on'])).exitCode).toBe(0)
  expect((await held.run(['exec', 'fork', id, 'on'])).exitCode).toBe(0)
  expect((await held.run(['exec', 'resume', id, 'hand it on'])).exitCode).toBe(0)
  expect(held.server.requests).toHaveLength(11)
  expect(['resumed.txt', 'forked.txt', 'handed-on.txt'].filter((file) => made(held, file))).toEqual([])
  expect(JSON.stringify(sentBody(held.server, 4).input)).toContain('agent reader')
})

test('a fork that the real Codex made of such a thread keeps its bounds as well', async () => {
  const held = await session([handOn, { text: 'looked' }, done, patch('forked.txt'), done, patch('again.txt'), done])
  expect((await held.run(['exec', '@reader go'])).exitCode).toBe(0)
  const { id, file, text, payload } = await childOf(held)
  const { parent_thread_id: _parent, ceiling: _ceiling, ...rest } = payload
  const fork = `0${id.slice(1, -1)}${id.endsWith('0') ? '1' : '0'}`
  const base = { thread_id: id, end_byte_offset: Buffer.byteLength(text) }
  const line = { timestamp: payload.timestamp, ordinal: 0, type: 'session_meta' }
  const meta = { ...rest, source: 'exec', id: fork, forked_from_id: id, history_base: base }
  await writeFile(file.replace(id, fork), `${JSON.stringify({ ...line, payload: meta })}\n`)
  expect((await held.run(['exec', 'resume', fork, 'on'])).exitCode).toBe(0)
  expect((await held.run(['exec', 'fork', fork, 'on'])).exitCode).toBe(0)
  expect(held.server.requests).toHaveLength(7)
  expect(JSON.stringify(sentBody(held.server, 4).input)).toContain('agent reader')
  expect(['forked.txt', 'again.txt'].filter((each) => made(held, each))).toEqual([])
})

test('a resumed thread of an agent without bounds writes as it did', async () => {
  const free = await session([handOn, { text: 'looked' }, done, patch('resumed.txt'), done])
  expect((await free.run(['exec', 'go'])).exitCode).toBe(0)
  const { id } = await childOf(free)
  expect((await free.run(['exec', 'resume', id, 'on'])).exitCode).toBe(0)
  expect(made(free, 'resumed.txt')).toBe(true)
})

test.for(['gone', 'broken', 'of a later version'])(
  'a record whose bounds are %s lets its thread read, and no more',
  async (how) => {
    const shell: ModelTurn = { calls: [{ name: 'exec_command', arguments: { cmd: 'touch by-command.txt' } }] }
    const list: ModelTurn = { calls: [{ name: 'list_dir', arguments: { path: '.' } }] }
    const later = [patch('resumed.txt'), shell, list, done, patch('forked.txt'), done]
    const held = await session([handOn, { text: 'looked' }, done, ...later])
    expect((await held.run(['exec', 'go'])).exitCode).toBe(0)
    const { id, file, text, payload } = await childOf(held)
    const { ceiling, ...rest } = payload
    const bounds = {
      gone: {},
      broken: { ceiling: { layers: [] } },
      'of a later version': { ceiling: { ...ceiling, more: 1 } },
    }[how]
    const first = { ...JSON.parse(text.slice(0, text.indexOf('\n'))), payload: { ...rest, ...bounds } }
    await writeFile(file, JSON.stringify(first) + text.slice(text.indexOf('\n')))
    const resumed = await held.run(['exec', '--json', 'resume', id, 'on'])
    expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('is not in its record') })
    expect((await held.run(['exec', 'fork', id, 'on'])).exitCode).toBe(0)
    expect(held.server.requests).toHaveLength(9)
    expect(['resumed.txt', 'by-command.txt', 'forked.txt'].filter((each) => made(held, each))).toEqual([])
  },
)
