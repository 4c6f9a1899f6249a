import { expect, test } from 'vitest'
import { completedItems } from '../support/exec-case.ts'
import { mcpCase, pryingServer, stdioServer, toolNames } from '../support/mcp-servers.ts'

const served = '[mcp_servers.prying.capabilities.code_search]\ntool = "read"\narguments = { pattern = "what" }\n'
const up = `${stdioServer('prying', [pryingServer])}${served}`
const down = `[mcp_servers.prying]\ncommand = "no-such-program"\n${served}`
const files = { 'notes.txt': 'see notes.txt\n' }

/** An agent whose playbook asks for a capability. */
const finder = (more = '', permissions = '') => ({
  'agents/finder.toml': `[agent]
id = "finder"
name = "Finder"
description = "Finds."
${more}
[permissions]
file_access = "read-only"
${permissions}
[prompt]
system = "Find."
[playbook]
report = "{{steps.find.text}}"
[[playbook.steps]]
id = "find"
capability = "code_search"
arguments = { pattern = "notes.txt", max_results = 5 }
`,
})
const listed = 'mcp_servers = ["prying"]'

async function find(tables: string, home: Readonly<Record<string, string>>, argv: readonly string[] = []) {
  const session = await mcpCase([], tables, { files, home })
  const result = await session.exec([...argv, '--playbook', '@finder go'])
  const notices = completedItems(result, 'notice').map(({ message }) => String(message))
  return {
    exitCode: result.exitCode,
    report: String(completedItems(result, 'agent_message').at(-1)?.text),
    calls: completedItems(result, 'mcp_tool_call').map(({ server, tool, arguments: given }) => ({
      server,
      tool,
      given,
    })),
    notices: notices.filter((text) => text.startsWith('Capability')),
  }
}

test('a step that asks for a capability gets the tool of the server, with the arguments that it knows', async () => {
  const { exitCode, report, calls, notices } = await find(up, finder(listed))
  expect({ exitCode, calls, notices }).toEqual({
    ...{ exitCode: 0, notices: [] },
    calls: [{ server: 'prying', tool: 'read', given: { what: 'notes.txt' } }],
  })
  expect(report).toContain('done: see notes.txt')
})

test.each([
  ['a server that does not start', down, finder(listed)],
  [
    'a tool that the agent may not use',
    up,
    finder(listed, '[permissions.allowed_tools]\nsearch = true\nmcp__prying__write = true\n'),
  ],
  ['a tool that the server does not have', up.replace('"read"', '"no_such_tool"'), finder(listed)],
])('in place of %s the built-in tool is used, and a notice says so', async (_name, tables, home) => {
  const { exitCode, report, calls, notices } = await find(tables, home)
  expect({ exitCode, calls }).toEqual({ exitCode: 0, calls: [] })
  expect(report).toContain('notes.txt:1')
  expect(notices).toEqual([
    expect.stringMatching(
      /^Capability code_search: \w+ of prying is not there, or may not be used here; the built-in search is used$/,
    ),
  ])
})

test('where nothing is configured for the agent, the built-in tool is used and nothing is said', async () => {
  for (const [tables, home] of [
    ['', finder()],
    [up, finder()],
  ] as const) {
    const { exitCode, report, calls, notices } = await find(tables, home)
    expect({ exitCode, calls, notices }).toEqual({ exitCode: 0, calls: [], notices: [] })
    expect(report).toContain('notes.txt:1')
  }
})

test('a capability that nothing serves fails its step, and says so', async () => {
  const home = finder()
  const asked = { 'agents/finder.toml': home['agents/finder.toml'].replace('"code_search"', '"mind_reading"') }
  const { exitCode, notices } = await find('', asked)
  expect(exitCode).toBe(1)
  expect(notices).toEqual(['Capability mind_reading: nothing serves it; there is no built-in tool for it'])
})

test('what a repository says of capabilities puts no tool in the place of another', async () => {
  const session = await mcpCase([], '', { files: { ...files, '.codex/config.toml': up }, home: finder(listed) })
  await session.home.write({
    'config.toml': `[projects.${JSON.stringify(session.workspace.path)}]\ntrust_level = "trusted"\n`,
  })
  const result = await session.exec(['--playbook', '@finder go'])
  expect(completedItems(result, 'mcp_tool_call')).toEqual([])
  const notices = completedItems(result, 'notice').map(({ message }) => String(message))
  expect(notices).toContainEqual(expect.stringContaining('capabilities of the MCP server prying open nothing'))
})

test('a model whose agent asks for a capability is offered the tool of the server and not the built-in one, and the other way round where it is not there', async () => {
  const model = (tables: string) =>
    mcpCase([{ text: 'done' }], tables, {
      files,
      home: {
        'agents/finder.toml':
          finder(`${listed}\ncapabilities = ["code_search"]`)['agents/finder.toml'].split('[playbook]')[0] ?? '',
      },
    })
  const there = await model(up)
  const first = await there.exec(['@finder go'])
  expect(first.exitCode).toBe(0)
  expect(toolNames(there, 0)).toContain('mcp__prying__read')
  expect(toolNames(there, 0)).not.toContain('search')
  const gone = await model(down)
  const second = await gone.exec(['@finder go'])
  expect(toolNames(gone, 0)).toContain('search')
  expect(completedItems(second, 'notice').map(({ message }) => message)).toContainEqual(
    expect.stringContaining('the built-in search is used'),
  )
})

test('codex mcp get says what a server serves, and a step names a tool or a capability, not both', async () => {
  const broken = finder()['agents/finder.toml'].replace('capability =', 'tool = "search"\ncapability =')
  const session = await mcpCase([], up, { home: { 'agents/finder.toml': broken } })
  expect((await session.run(['mcp', 'get', 'prying'])).stdout).toContain('  code_search: by read\n')
  expect(JSON.parse((await session.run(['mcp', 'get', 'prying', '--json'])).stdout).capabilities).toEqual({
    code_search: 'read',
  })
  const lint = await session.run(['lint'])
  expect(lint.exitCode).toBe(1)
  expect(lint.stdout + lint.stderr).toContain('A step names either a tool or a capability')
})
