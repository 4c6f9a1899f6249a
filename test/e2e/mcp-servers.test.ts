import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, inputOf, userTexts } from '../support/exec-case.ts'
import { lastOutput, mcpCase, referenceServer, stdioServer, toolNames } from '../support/mcp-servers.ts'
import { sentBody } from '../support/scripted-session.ts'

const everything = (more = '') => stdioServer('everything', [referenceServer('everything')], more)
const unasked = 'default_tools_approval_mode = "approve"'

test('the filesystem server reads a file of the workspace, and its tools are named after it', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__files__read_text_file', arguments: { path: 'notes.txt' } }] }, { text: 'done' }],
    (workspace) => stdioServer('files', [referenceServer('filesystem'), workspace]),
    { files: { 'notes.txt': 'remember the milk\n' } },
  )
  const result = await session.exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(toolNames(session, 0)).toContain('mcp__files__read_text_file')
  expect(completedItems(result, 'mcp_tool_call')).toEqual([
    {
      id: expect.any(String),
      type: 'mcp_tool_call',
      server: 'files',
      tool: 'read_text_file',
      arguments: { path: 'notes.txt' },
      result: {
        content: [{ type: 'text', text: 'remember the milk\n' }],
        structured_content: { content: 'remember the milk\n' },
      },
      error: null,
      status: 'completed',
    },
  ])
  expect(lastOutput(session, 1)).toBe('{"content":"remember the milk\\n"}')
})

test('everything: results with images and data, and arguments that do not fit', async () => {
  const session = await mcpCase(
    [
      { calls: [{ name: 'mcp__everything__get-tiny-image', arguments: {} }] },
      { calls: [{ name: 'mcp__everything__get-sum', arguments: { a: 2, b: 40 } }] },
      { calls: [{ name: 'mcp__everything__get-sum', arguments: { a: 'two' } }] },
      { text: 'done' },
    ],
    everything(unasked),
  )
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([
    { tool: 'get-tiny-image', status: 'completed' },
    {
      tool: 'get-sum',
      status: 'completed',
      result: { content: [{ type: 'text', text: expect.stringContaining('42') }] },
    },
  ])
  expect(JSON.stringify(inputOf(sentBody(session.server, 1)))).toContain('data:image/png;base64,')
  expect(lastOutput(session, 3)).toMatch(/^failed to parse function arguments: /)
})

test('everything: a server that says while it starts that its tools have changed is no news', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__everything__get-sum', arguments: { a: 2, b: 40 } }] }, { text: 'done' }],
    everything(unasked),
  )
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([{ status: 'completed' }])
  expect(completedItems(result, 'notice').map(({ message }) => message)).toEqual([])
})

test('everything: resources are listed and read', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__everything__list_mcp_resources', arguments: {} }] }, { text: 'done' }],
    everything(),
  )
  await session.exec(['hi'])
  const uri = /^(demo:\S+|file:\S+|test:\S+): /m.exec(lastOutput(session, 1))?.[1]
  expect(uri).toBeDefined()
})

test('a call of a tool that may change something is refused where nobody is asked, and the server does not hear of it', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__files__write_file', arguments: { path: 'new.txt', content: 'x' } }] }, { text: 'done' }],
    (workspace) => stdioServer('files', [referenceServer('filesystem'), workspace]),
  )
  const words = 'MCP tool call requires approval, but approval policy is never'
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([
    { server: 'files', tool: 'write_file', result: null, error: { message: words }, status: 'failed' },
  ])
  expect(completedItems(result, 'denial')).toMatchObject([
    { action: { kind: 'tool', tool: 'mcp__files__write_file' }, reason: words, layer: 'mcp files', rule: 'approval' },
  ])
  expect(lastOutput(session, 1)).toContain(words)
  await expect(readFile(join(session.workspace.path, 'new.txt'))).rejects.toThrow(/ENOENT/)
})

test.each([
  ['the table says approve', `${unasked}\nwritable = [":workspace"]`, []],
  ['the profile is trusted', '', ['--dangerously-bypass-approvals-and-sandbox']],
])('it is carried out where %s', async (_, more, flags) => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__files__write_file', arguments: { path: 'new.txt', content: 'x' } }] }, { text: 'done' }],
    (workspace) => stdioServer('files', [referenceServer('filesystem'), workspace], more),
  )
  const result = await session.exec([...flags, 'hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([{ tool: 'write_file', status: 'completed' }])
  expect(await readFile(join(session.workspace.path, 'new.txt'), 'utf8')).toBe('x')
})

test('only the tools that the table leaves are offered', async () => {
  const session = await mcpCase([{ text: 'ok' }], (workspace) =>
    stdioServer(
      'files',
      [referenceServer('filesystem'), workspace],
      'enabled_tools = ["read_text_file", "write_file"]\ndisabled_tools = ["write_file"]',
    ),
  )
  await session.exec(['hi'])
  expect(toolNames(session, 0).filter((name) => name.startsWith('mcp__'))).toEqual(['mcp__files__read_text_file'])
})

test('a prompt of a server is a command, and its arguments are those of the prompt', async () => {
  const session = await mcpCase([{ text: 'ok' }, { text: 'ok' }], everything())
  expect(await session.run(['/mcp__everything__args-prompt Lisbon'])).toMatchObject({ exitCode: 0 })
  expect(userTexts(sentBody(session.server, 0)).at(-1)).toContain('Lisbon')
})
