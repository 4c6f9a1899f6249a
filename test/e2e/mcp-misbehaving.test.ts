import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, itemOf, userTexts } from '../support/exec-case.ts'
import { badServer, lastOutput, mcpCase, stdioServer, toolNames } from '../support/mcp-servers.ts'
import { processesOf } from '../support/processes-of.ts'
import { sentBody } from '../support/scripted-session.ts'

/** A thread whose only server misbehaves in this way, and whose model calls `act` once. */
async function withServer(way: string, more = '', calls: readonly string[] = ['mcp__bad__act']) {
  const turns = calls.map((name) => ({ calls: [{ name, arguments: { word: 'x' } }] }))
  return await mcpCase([...turns, { text: 'done' }], (workspace) =>
    stdioServer('bad', [badServer, way, join(workspace, 'log')], `writable = [":workspace"]\n${more}`),
  )
}

/** What the server wrote down. */
async function logOf(session: Awaited<ReturnType<typeof withServer>>): Promise<string> {
  return await readFile(join(session.workspace.path, 'log'), 'utf8').catch(() => '')
}

/** The server, what it started, and what holds it, as they are seen from outside: each has the log's path among its arguments. */
function runningOf(session: Awaited<ReturnType<typeof withServer>>): readonly number[] {
  return processesOf(join(session.workspace.path, 'log'))
}

async function eventually(look: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let times = 0; times < 500; times++) {
    if (await look()) return true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return false
}

test.each([
  ['silent', 'startup_timeout_sec = 0.5', 'it did not answer within 0.5 s (startup_timeout_sec)'],
  ['dies-at-start', '', 'it ended before it answered with exit code 3; it said: there is no database'],
  [
    'only-garbage',
    'startup_timeout_sec = 0.5',
    'its standard output had a line that is no message: Welcome to the server!',
  ],
  ['wrong-version', '', "Server's protocol version is not supported: 1999-12-31"],
  ['unlistable', '', 'its tools cannot be listed: MCP error -32603: the list is lost'],
])('%s: the absence is told to the person and to the model, and the turn goes on', async (way, more, reason) => {
  const session = await withServer(way, more, [])
  const result = await session.exec(['hi'])
  expect(result.exitCode).toBe(0)
  const message = completedItems(result, 'notice').map((item) => String(item.message))
  expect(message).toEqual([expect.stringContaining('The MCP server bad is not there, so its tools cannot be used: ')])
  expect(message[0]).toContain(reason)
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain('The MCP server bad is not there')
  expect(toolNames(session, 0).filter((name) => name.startsWith('mcp__'))).toEqual([])
})

test('a required server that does not start stops the thread before its first event', async () => {
  const session = await withServer('dies-at-start', 'required = true', [])
  const result = await session.exec(['hi'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toContain('required MCP servers failed to initialize: bad: it ended before it answered')
  expect(session.server.requests).toEqual([])
})

test('a server that ends in a call: the call fails with what it said and is not repeated, the next one starts it again', async () => {
  const session = await withServer('dies-in-call', '', ['mcp__bad__act', 'mcp__bad__act'])
  const result = await session.exec(['hi'])
  const error = {
    message: 'The MCP server bad ended during the call: it has ended with exit code 7; it said: out of cheese',
  }
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([
    { result: null, error, status: 'failed' },
    { result: null, error, status: 'failed' },
  ])
  const notices = completedItems(result, 'notice').map((item) => String(item.message))
  expect(notices.filter((message) => message.endsWith('it was started again'))).toHaveLength(1)
  expect((await logOf(session)).match(/called act/g)).toHaveLength(2)
  expect(lastOutput(session, 1)).toContain('out of cheese')
})

test('a call that is never answered ends at tool_timeout_sec, and the server is told', async () => {
  const session = await withServer('slow', 'tool_timeout_sec = 0.3')
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([
    { error: { message: 'bad.act did not answer within 0.3 s (tool_timeout_sec)' }, status: 'failed' },
  ])
  expect(await logOf(session)).toContain('cancelled')
})

test('an interrupted turn cancels the call, and the server ends', async () => {
  const session = await withServer('slow')
  const running = await session.startExec(['hi'])
  await eventually(async () => (await logOf(session)).includes('called act'))
  running.kill('SIGINT')
  expect(await running.done).toMatchObject({ exitCode: 130 })
  expect(await logOf(session)).toContain('cancelled')
  expect(await eventually(() => runningOf(session).length === 0)).toBe(true)
})

test.each([
  ['garbage', 'did x'],
  ['error-result', 'that did not work'],
  ['rpc-error', 'MCP error -32000: the disk is full'],
  ['samples', 'codex does not answer sampling/createMessage: a server is not given the use of a model'],
  ['elicits', '{"action":"decline"}'],
  ['progress', 'did x'],
])('%s: the model is told %s', async (way, text) => {
  const session = await withServer(way)
  await session.exec(['hi'])
  expect(lastOutput(session, 1)).toContain(text)
})

test('a result that says it is an error is a failed call with its result', async () => {
  const session = await withServer('error-result')
  expect(completedItems(await session.exec(['hi']), 'mcp_tool_call')).toMatchObject([
    {
      result: { content: [{ type: 'text', text: 'that did not work' }], structured_content: null },
      error: null,
      status: 'failed',
    },
  ])
})

test('a huge result is cut for the model, and in the item', async () => {
  const session = await withServer('huge')
  const result = await session.exec(['hi'])
  expect(lastOutput(session, 1).length).toBeLessThan(60_000)
  expect(JSON.stringify(completedItems(result, 'mcp_tool_call')).length).toBeLessThan(1_200_000)
})

test('secrets of the configuration do not leave the call, and others do not reach the server', async () => {
  const session = await withServer('secret', '[mcp_servers.bad.env]\nTHE_TOKEN = "tok-1234567890"')
  const result = await session.exec(['hi'], { env: { OTHER_TOKEN: 'other-987654321' } })
  expect(lastOutput(session, 1)).toContain('the token is [redacted], the other undefined')
  expect(result.stdout).not.toContain('tok-1234567890')
  const [rollout = ''] = await session.rollouts()
  expect(await readFile(rollout, 'utf8')).not.toContain('tok-1234567890')
  expect(await session.audit()).not.toContain('tok-1234567890')
})

test('of two tools of a name the first counts; names that become the same are told apart', async () => {
  const session = await withServer('duplicates', '', [])
  await session.exec(['hi'])
  const names = toolNames(session, 0).filter((name) => name.startsWith('mcp__'))
  expect(names).toEqual(['mcp__bad__act', expect.stringMatching(/^mcp__bad__a_b_[0-9a-f]{8}$/), 'mcp__bad__a_b'])
})

test('a tool without a schema is left out and told, one with an odd schema is called', async () => {
  const session = await withServer('bad-schema', '', ['mcp__bad__odd_schema'])
  const result = await session.exec(['hi'])
  expect(toolNames(session, 0)).not.toContain('mcp__bad__no_schema')
  expect(toolNames(session, 0)).toContain('mcp__bad__act')
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([{ tool: 'odd_schema', status: 'completed' }])
  expect(completedItems(result, 'notice').map((item) => String(item.message))).toContainEqual(
    expect.stringContaining('a tool is left out, since it is not described as one: no_schema'),
  )
})

test('pages with a cursor that comes back end', async () => {
  const session = await withServer('pages', '', [])
  await session.exec(['hi'])
  expect(toolNames(session, 0)).toContain('mcp__bad__act_3')
})

test('tools that change in the middle of a turn are in its next request, behind the others', async () => {
  const session = await withServer('changes', '', ['mcp__bad__act', 'mcp__bad__new_act'])
  const result = await session.exec(['hi'])
  expect(toolNames(session, 1)).toEqual([...toolNames(session, 0), 'mcp__bad__new_act'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([
    { tool: 'act' },
    { tool: 'new_act', status: 'completed' },
  ])
  const notices = completedItems(result, 'notice').map((item) => String(item.message))
  expect(notices.filter((message) => message.includes('its tools have changed'))).toEqual([
    'MCP server bad: its tools have changed: 1 before, 2 now (1 new)',
  ])
})

test('many tools wait behind tool_search, which finds them', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'tool_search', arguments: { query: 'act_77', limit: 1 } }] }, { text: 'done' }],
    stdioServer('bad', [badServer, 'many']),
  )
  await session.exec(['hi'])
  expect(toolNames(session, 0).filter((name) => name.startsWith('mcp__'))).toEqual([])
  expect(toolNames(session, 1)).toEqual([...toolNames(session, 0), 'mcp__bad__act_77'])
})

test('a server that forks and does not want to end is ended with its children', async () => {
  const session = await withServer('forks', '', [])
  await session.exec(['hi'])
  expect((await logOf(session)).split(' ')).toHaveLength(2)
  expect(await eventually(() => runningOf(session).length === 0)).toBe(true)
})

test('kill -9 of the program ends a server with its children', async () => {
  const session = await mcpCase([{ text: 'late', hold: () => new Promise(() => undefined) }], (workspace) =>
    stdioServer('bad', [badServer, 'forks', join(workspace, 'log')], 'writable = [":workspace"]'),
  )
  const running = await session.startExec(['hi'])
  await running.event(({ type }) => type === 'turn.started')
  expect(runningOf(session).length).toBeGreaterThanOrEqual(2)
  running.kill('SIGKILL')
  expect(await eventually(() => runningOf(session).length === 0)).toBe(true)
})

test('what a server logs as an error is told', async () => {
  const session = await withServer('logs')
  const messages = completedItems(await session.exec(['hi']), 'notice').map((item) => item.message)
  expect(messages).toContain('MCP server bad: error: the tank is empty')
})

test('what a server says of its use is told to the model', async () => {
  const session = await withServer('instructs', '', [])
  await session.exec(['hi'])
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain(
    '<data from=\\"MCP server bad\\">\\nCall act before anything',
  )
  expect(userTexts(sentBody(session.server, 0)).join()).not.toContain('Call act')
})

test('the root of the workspace is what a server is told of it', async () => {
  const session = await withServer('roots')
  await session.exec(['hi'])
  expect(lastOutput(session, 1)).toBe(`file://${session.workspace.path}`)
})

test('a call is an item that starts and completes', async () => {
  const session = await withServer('plain')
  const result = await session.exec(['hi'])
  const phases = result.events.flatMap((event) => (itemOf(event)?.type === 'mcp_tool_call' ? [event.type] : []))
  expect(phases).toEqual(['item.started', 'item.completed'])
})
