import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { lastUserText, type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const agent = (id: string, more = '') =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n${more}`
const canWrite = '[permissions]\nfile_access = "read-write"\ncan_delegate = true\n'
const handOn = (to: string, prompt = 'look closer'): ModelTurn => ({
  calls: [{ name: 'hand_on', arguments: { agent: to, prompt } }],
})

const withAgents = (turns: readonly ModelTurn[], agents: Readonly<Record<string, string>>): Promise<ScriptedSession> =>
  scriptedSession(turns, {
    home: {
      ...installedPlugins('hands-on'),
      ...Object.fromEntries(Object.entries(agents).map(([id, text]) => [`agents/${id}.toml`, agent(id, text)])),
    },
  })

const toolNames = (body: Readonly<Record<string, unknown>>) =>
  (body.tools as readonly { readonly name: string }[]).map(({ name }) => name) // every tool has a name

/** What the model was told of the last call before the request. */
function told(body: Readonly<Record<string, unknown>>): string {
  const input = body.input as readonly { readonly type: string; readonly output?: unknown }[] // items of the Responses API
  return JSON.stringify(input.findLast(({ type }) => type === 'function_call_output')?.output)
}

async function rollouts({ home }: ScriptedSession): Promise<readonly string[]> {
  const sessions = join(home.codexHome, 'sessions')
  if (!existsSync(sessions)) return []
  return (await readdir(sessions, { recursive: true })).filter((name) => name.endsWith('.jsonl'))
}

test("an agent's answer comes back to the one that handed the task on", async () => {
  const session = await withAgents([handOn('helper'), { text: 'found it' }, { text: 'Done.' }, { text: 'On.' }], {
    helper: '',
  })
  const { exitCode, stdout } = await session.run(['exec', 'go'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  expect(lastUserText(sentBody(session.server, 1))).toBe('look closer')
  expect(told(sentBody(session.server, 2))).toContain('it says: found it')
  expect(await rollouts(session)).toHaveLength(2)
  const listed = JSON.parse((await session.run(['threads', 'list', '--subagents', '--json'])).stdout)
  const [child, parent] = listed.toSorted((a: { parent?: string }) => (a.parent === undefined ? 1 : -1))
  expect([child.parent, parent.title]).toEqual([parent.id, 'go'])
  await session.run(['exec', 'resume', '--last', 'go on'])
  expect(JSON.stringify(sentBody(session.server, 3).input)).toContain('it says: found it')
})

test('with agents.enable_orchestration = false no agent hands work on', async () => {
  const session = await withAgents([handOn('helper'), { text: 'Done.' }], { helper: '' })
  const { exitCode } = await session.run(['exec', '-c', 'agents.enable_orchestration=false', 'go'])
  expect(exitCode).toBe(0)
  expect(told(sentBody(session.server, 1))).toContain('agents.enable_orchestration = false denies')
  expect(session.server.requests).toHaveLength(2)
  expect(await rollouts(session)).toHaveLength(1)
})

test('an agent gets no more than the one that hands on to it has', async () => {
  const patch = `*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch`
  const write: ModelTurn = { calls: [{ name: 'apply_patch', input: patch }] }
  const session = await withAgents([handOn('writer'), write, { text: 'tried' }, { text: 'Done.' }], {
    reader: '[permissions]\nfile_access = "read-only"\ncan_delegate = true\n',
    writer: canWrite,
  })
  expect((await session.run(['-s', 'workspace-write', '@reader go'])).exitCode).toBe(0)
  expect(toolNames(sentBody(session.server, 1))).not.toContain('apply_patch')
  expect(existsSync(join(session.workspace.path, 'made.txt'))).toBe(false)
})

test('an agent that may not hand on is refused, and no other thread begins', async () => {
  const session = await withAgents([handOn('helper'), { text: 'Done.' }], {
    alone: '[permissions]\nfile_access = "read-only"\n',
    helper: '',
  })
  expect((await session.run(['@alone go'])).exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(2)
  expect(await rollouts(session)).toHaveLength(1)
})

test('agents hand work on at most three deep', async () => {
  const session = await withAgents(
    [...Array.from({ length: 4 }, () => handOn('helper')), ...Array.from({ length: 4 }, () => ({ text: 'up' }))],
    { helper: '' },
  )
  expect((await session.run(['exec', 'go'])).exitCode).toBe(0)
  expect(told(sentBody(session.server, 4))).toContain('at most 3 deep')
  expect(await rollouts(session)).toHaveLength(4)
})

test('a thread that is kept nowhere hands on to threads that are kept nowhere', async () => {
  const session = await withAgents([handOn('helper'), { text: 'found it' }, { text: 'Done.' }], { helper: '' })
  expect((await session.run(['exec', '--ephemeral', 'go'])).exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(3)
  expect(await rollouts(session)).toEqual([])
})

test('a playbook hands on to playbooks: no model is asked', async () => {
  const step = (id: string, to: string) =>
    `[[playbook.steps]]\nid = "${id}"\ntool = "hand_on"\narguments = { agent = "${to}", prompt = "look" }\ncontinue_on_error = true\n`
  const session = await withAgents([{ text: 'a model' }], {
    first: `[playbook]\nreport = "{{steps.one.text}} / {{steps.two.text}}"\n${step('one', 'second')}${step('two', 'modeller')}`,
    second:
      '[playbook]\nreport = "by rote"\n[[playbook.steps]]\nid = "list"\ntool = "list_dir"\narguments = { path = "." }\n',
    modeller: '',
  })
  const { exitCode, stdout } = await session.run(['--playbook', '@first go'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('it says: by rote')
  expect(stdout).toContain('modeller has no playbook')
  expect(session.server.requests).toEqual([])
})
