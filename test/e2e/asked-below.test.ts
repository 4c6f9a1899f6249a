import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ApprovalRequest } from '../../src/plugin-api/index.ts'
import { collect } from '../support/collect.ts'
import { completedItems, execCase } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { mcpCase, referenceServer, stdioServer } from '../support/mcp-servers.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { runtimeOf } from '../support/runtime-of.ts'

const agent = (id: string, more = '') =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n${more}\n[prompt]\nsystem = "Work."\n`
const handOn = (to: string): ModelTurn => ({ calls: [{ name: 'hand_on', arguments: { agent: to, prompt: 'go on' } }] })
const home = {
  ...installedPlugins('hands-on'),
  'rules/default.rules': 'prefix_rule(pattern=["touch"], decision="prompt")\n',
  'agents/helper.toml': agent('helper'),
  'agents/deeper.toml': agent('deeper'),
}
const touch: ModelTurn = { calls: [{ shell: 'touch made' }] }

test('where nobody can be asked, what agents two and three below are refused is on the stream with their path, and the turn goes on', async () => {
  const turns = [
    handOn('helper'),
    handOn('deeper'),
    touch,
    { text: 'could not' },
    touch,
    { text: 'nor could I' },
    { text: 'Done.' },
  ]
  const { exec, workspace } = await execCase(turns, { home })
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(result.exitCode).toBe(0)
  expect(existsSync(join(workspace.path, 'made'))).toBe(false)
  const [deeper, helper, ...more] = completedItems(result, 'denial')
  expect(more).toEqual([])
  expect(deeper).toMatchObject({ reason: expect.stringContaining('nobody can be asked'), layer: 'exec policy' })
  expect(deeper).toMatchObject({ agent_path: expect.arrayContaining(['helper', 'deeper']) })
  expect(helper).toMatchObject({ action: { kind: 'exec' }, agent_path: expect.not.arrayContaining(['deeper']) })
  expect(result.events.at(-1)).toMatchObject({ type: 'turn.completed' })
})

test('the question of an agent two below names it and every command of its line, and the answer of the root’s person counts', async () => {
  const line: ModelTurn = { calls: [{ shell: 'touch made; touch other' }] }
  const answers = [{ text: 'did' }, { text: 'did it' }, { text: 'Done.' }]
  const session = await execCase([handOn('helper'), handOn('deeper'), line, ...answers], { home })
  const runtime = await runtimeOf(session, undefined, { securityProfile: 'workspace-write', neverAsk: false })
  const asked: ApprovalRequest[] = []
  const approve = async (request: ApprovalRequest) => {
    asked.push(request)
    return 'once' as const
  }
  const { signal } = new AbortController()
  const events = await collect(runtime.run({ input: 'go', route: false, approve }, signal))
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed' })
  expect(asked).toHaveLength(1)
  const root = events.find((event) => event.type === 'thread.started')
  expect(asked[0]?.agentPath.slice(-2)).toEqual(['helper', 'deeper'])
  expect(asked[0]?.thread).not.toBe(root?.type === 'thread.started' && root.thread_id)
  expect(asked[0]?.turn).toMatch(/^[0-9a-f-]{36}$/)
  expect(asked[0]?.commands.map(({ id, words }) => [id, ...words])).toEqual([
    [`${asked[0]?.id}.1`, 'touch', 'made'],
    [`${asked[0]?.id}.2`, 'touch', 'other'],
  ])
  const shown = events.flatMap((event) => ('item' in event && event.item.type === 'approval' ? [event] : []))
  const about = { request_id: asked[0]?.id, thread_id: asked[0]?.thread, agent_path: asked[0]?.agentPath }
  const commands = asked[0]?.commands.map(({ id, words }) => ({ id, words, asked: true, reason: expect.any(String) }))
  expect(shown).toMatchObject([
    { type: 'item.started', item: { ...about, commands, status: 'requested' } },
    { type: 'item.completed', item: { ...about, status: 'resolved', decision: 'once', by: 'person' } },
  ])
  // A question is data: a queue can carry it.
  expect(JSON.parse(JSON.stringify(asked[0]))).toEqual(asked[0])
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(true)
})

test('a call of an MCP server by an agent below, which nobody can be asked about, is refused there and told at the root', async () => {
  const write: ModelTurn = { calls: [{ name: 'mcp__files__write_file', arguments: { path: 'made', content: 'x' } }] }
  const helper = { 'agents/helper.toml': agent('helper', 'mcp_servers = ["files"]') }
  const session = await mcpCase(
    [handOn('helper'), write, { text: 'could not' }, { text: 'Done.' }],
    (workspace) => stdioServer('files', [referenceServer('filesystem'), workspace]),
    { home: { ...home, ...helper } },
  )
  const result = await session.exec(['-s', 'workspace-write', 'go'])
  expect(result.exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  expect(completedItems(result, 'denial')).toMatchObject([
    { action: { kind: 'tool', tool: 'mcp__files__write_file' }, agent_path: expect.arrayContaining(['helper']) },
  ])
})
