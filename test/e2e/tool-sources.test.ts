import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { badServer, lastOutput, mcpCase, stdioServer, toolNames } from '../support/mcp-servers.ts'

const home = installedPlugins('seed-catalogue')
const sow = (name: string, rows: unknown) => ({ calls: [{ name: `seeds__${name}`, arguments: { rows } }] })
const done = { text: 'done' }

test('another plugin brings tools: named after it, checked, changed in the middle, and recorded', async () => {
  const session = await mcpCase(
    [sow('bean', 3), sow('beanstalk', 1), sow('beanstalk', 0), done],
    '[plugins.seed-catalogue]\nshelf = ["bean", "pea"]',
    { home },
  )
  const result = await session.exec(['hi'])
  expect(toolNames(session, 0).slice(-2)).toEqual(['seeds__bean', 'seeds__pea'])
  expect(toolNames(session, 1)).toEqual([...toolNames(session, 0), 'seeds__beanstalk'])
  expect(lastOutput(session, 1)).toContain('3 rows of bean')
  expect(lastOutput(session, 3)).toBe('failed to parse function arguments: /rows: must be >= 1')
  expect(completedItems(result, 'tool_call')).toMatchObject([{ tool: 'seeds__bean' }, { tool: 'seeds__beanstalk' }])
  expect(await session.audit()).toContain('"tool":"seeds__bean"')
})

test('its context reaches what its table names, and nothing else', async () => {
  const server = createServer((_, response) => response.end('seed list'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const session = await mcpCase(
    [sow('pea', 1), done],
    `[plugins.seed-catalogue]\nshelf = ["pea"]\naddress = "http://127.0.0.1:${port}/x"\nvariable = "SHED"\nprogram = ${JSON.stringify(process.execPath)}`,
    { home },
  )
  await session.exec(['hi'], { env: { SHED: 'tidy' } })
  const [rows, reached, shed, homeDir, elsewhere, pid] = lastOutput(session, 1).split('|')
  expect([rows, reached, shed, homeDir]).toEqual(['1 rows of pea', 'seed list', 'tidy', ''])
  expect(elsewhere).toBe('http://127.0.0.1:1 is not named in the configuration, so seeds may not reach it')
  expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/)
  const audit = await session.audit()
  expect(audit).toContain('"layer":"seed counter"')
  expect(audit).toContain(`"port":${port}`)
  expect(audit).not.toContain('"port":1}')
})

test('without its table it is not opened; where it throws, no thread starts', async () => {
  const quiet = await mcpCase([done], '', { home })
  expect(await quiet.exec(['hi'])).toMatchObject({ exitCode: 0 })
  expect(toolNames(quiet, 0).filter((name) => name.startsWith('seeds__'))).toEqual([])
  const closed = await mcpCase([done], '[plugins.seed-catalogue]\nrefuse = true', { home })
  const result = await closed.exec(['hi'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toContain('the catalogue is closed')
})

test('what it wants agreed to is denied where nobody is asked, and what it lacks is told', async () => {
  const session = await mcpCase([sow('nettle', 1), done], '[plugins.seed-catalogue]\nshelf = ["nettle"]', { home })
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'denial')).toMatchObject([
    { reason: 'nettles sting; nobody can be asked', layer: 'seeds' },
  ])
  const empty = await mcpCase([done], '[plugins.seed-catalogue]\nshelf = []', { home })
  expect(completedItems(await empty.exec(['hi']), 'notice')).toMatchObject([{ message: 'The shelf is empty' }])
})

const agent = (id: string, more: string) =>
  `[agent]\nid = "${id}"\nname = "A"\ndescription = "A"\n${more}\n[prompt]\nsystem = "Work."\n`
const log = (workspace: string) => `${workspace}/log`
const writable = 'writable = [":workspace"]'

test.each([
  ['that lists no server', agent('worker', ''), [], false],
  ['that lists it', agent('worker', 'mcp_servers = ["bad"]'), ['mcp__bad__act'], true],
  [
    'that lists it and narrows',
    agent('worker', 'mcp_servers = ["bad"]\n[permissions]\nfile_access = "read-only"'),
    ['mcp__bad__act'],
    true,
  ],
  [
    'that lists it and denies its tools',
    agent('worker', 'mcp_servers = ["bad"]\n[permissions]\nallowed_tools = { "mcp__bad__*" = false }'),
    [],
    false,
  ],
])('an agent %s', async (_, file, expected, starts) => {
  const session = await mcpCase(
    [done],
    (workspace) => stdioServer('bad', [badServer, 'plain', log(workspace)], writable),
    {
      home: { 'agents/worker.toml': file },
    },
  )
  await session.exec(['@worker hi'])
  expect(toolNames(session, 0).filter((name) => name.startsWith('mcp__'))).toEqual(expected)
  expect((await session.audit()).includes('MCP server bad')).toBe(starts)
})

test('an agent of an untrusted repository starts no server of the user', async () => {
  const session = await mcpCase(
    [done],
    (workspace) => stdioServer('bad', [badServer, 'plain', log(workspace)], writable),
    {
      git: true,
      files: { '.codex/agents/worker.toml': agent('worker', 'mcp_servers = ["bad"]') },
    },
  )
  await session.exec(['@project:worker hi'])
  expect(toolNames(session, 0).filter((name) => name.startsWith('mcp__'))).toEqual([])
  expect(await session.audit()).not.toContain('MCP server bad')
})

test("a repository's table counts once it is trusted, and does not inherit what the user said of the server", async () => {
  const mine = stdioServer('bad', [badServer, 'writes'], 'default_tools_approval_mode = "approve"')
  const theirs = `[mcp_servers.bad]\nargs = ${JSON.stringify([badServer, 'writes', ''])}\n[mcp_servers.theirs]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${JSON.stringify([badServer, 'plain'])}\n`
  const call = { calls: [{ name: 'mcp__bad__act', arguments: {} }] }
  const session = await mcpCase([call, done, call, done], mine, { git: true, files: { '.codex/config.toml': theirs } })
  const before = await session.exec(['hi'])
  expect(completedItems(before, 'mcp_tool_call')).toMatchObject([{ status: 'completed' }])
  expect(toolNames(session, 0)).not.toContain('mcp__theirs__act')
  await session.run(['trust'])
  const after = await session.exec(['hi'])
  expect(toolNames(session, 2)).toContain('mcp__theirs__act')
  expect(completedItems(after, 'mcp_tool_call')).toMatchObject([
    { status: 'failed', error: { message: 'MCP tool call requires approval, but approval policy is never' } },
  ])
})
