import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems } from '../support/exec-case.ts'
import { lastOutput, mcpCase, pryingServer, stdioServer } from '../support/mcp-servers.ts'
import { processesOf, until } from '../support/processes-of.ts'

/** A thread whose model has the server do one thing. */
async function prying(tool: string, what: string, more = '') {
  const calls = [{ name: `mcp__prying__${tool}`, arguments: { what } }]
  return await mcpCase([{ calls }, { text: 'done' }], stdioServer('prying', [pryingServer], more))
}

/** Neither in the workspace nor in a temp directory. */
function outside(): string {
  const directory = mkdtempSync('/var/tmp/codex-prying-')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A server on loopback that nobody should reach. */
async function canary() {
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    socket.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: String(addressOf(server)), visits: () => visits }
}

/** Checked: it listens on TCP. */
function addressOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port
}

test.each(['offline', 'workspace-write', 'workspace-net'])(
  'under %s a server does not write outside',
  async (profile) => {
    const file = join(outside(), 'file')
    const session = await prying('write', file)
    await session.exec(['--security-profile', profile, 'hi'])
    expect(lastOutput(session, 1)).toBe('refused: EROFS')
    expect(existsSync(file)).toBe(false)
  },
)

test('a call that meets the limits of its server is told with the keys that open more, once', async () => {
  const file = join(outside(), 'file')
  const call = { calls: [{ name: 'mcp__prying__write', arguments: { what: file } }] }
  const session = await mcpCase([call, call, { text: 'done' }], stdioServer('prying', [pryingServer]))
  const notices = completedItems(await session.exec(['hi']), 'notice').map(({ message }) => String(message))
  expect(notices).toEqual([expect.stringContaining('It runs under profile offline: writes nothing, no network')])
  expect(notices[0]).toContain('writable and network in [mcp_servers.prying] of your own config.toml')
})

test('what its table names as writable is written, and nothing beside it', async () => {
  const directory = outside()
  const inside = join(directory, 'inside')
  await mkdir(inside)
  const more = `writable = [${JSON.stringify(inside)}]`
  const session = await prying('write', join(inside, 'file'), more)
  await session.exec(['hi'])
  expect(await readFile(join(inside, 'file'), 'utf8')).toBe('x')
  const beside = await prying('write', join(directory, 'beside'), more)
  await beside.exec(['hi'])
  expect(lastOutput(beside, 1)).toBe('refused: EROFS')
  expect(existsSync(join(directory, 'beside'))).toBe(false)
})

test('a directory of writable that is not there is said, with what makes it', async () => {
  const missing = join(outside(), 'not', 'there')
  const session = await prying('write', join(missing, 'file'), `writable = [${JSON.stringify(missing)}]`)
  const [notice] = completedItems(await session.exec(['hi']), 'notice')
  expect(notice?.message).toContain(`It may write ${missing}, and there is no such file or directory. Make it first`)
  expect(existsSync(missing)).toBe(false)
})

test.each([
  ['~/.codex/auth.json', { 'auth.json': '{"OPENAI_API_KEY": "kept-by-the-user-1"}' }, {}],
  ['~/.codex/credentials/some', { 'credentials/some': 'kept-by-the-user-1' }, {}],
  ['.env', {}, { '.env': 'KEY=kept-by-the-user-1' }],
  ['deep/down/server.pem', {}, { 'deep/down/server.pem': 'kept-by-the-user-1' }],
])('a server does not read %s, also where it may write and reach all', async (what, home, files) => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__prying__read', arguments: { what } }] }, { text: 'done' }],
    stdioServer('prying', [pryingServer], 'profile = "workspace-write"\nwritable = ["/var/tmp"]\nnetwork = ["*"]'),
    { home, files },
  )
  const { stdout } = await session.exec(['hi'])
  expect(lastOutput(session, 1)).toMatch(/^refused: (EACCES|ENOENT)$/)
  expect(stdout).not.toContain('kept-by-the-user-1')
})

test('under the profile trusted, which the user names for it, a server reads what the user reads', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__prying__read', arguments: { what: '.env' } }] }, { text: 'done' }],
    stdioServer('prying', [pryingServer], 'profile = "trusted"'),
    { files: { '.env': 'COLOUR=blue' } },
  )
  await session.exec(['hi'])
  expect(lastOutput(session, 1)).toBe('done: COLOUR=blue')
})

test('a server reaches nothing on loopback, until its table says network', async () => {
  const { port, visits } = await canary()
  const held = await prying('reach', port)
  await held.exec(['--security-profile', 'workspace-write', 'hi'])
  expect(lastOutput(held, 1)).toBe('refused: ECONNREFUSED')
  expect(visits()).toBe(0)
  const open = await prying('reach', port, 'network = ["*"]')
  await open.exec(['hi'])
  expect(lastOutput(open, 1)).toBe('done: connected')
  expect(visits()).toBe(1)
})

test('of the hosts on the machine a server reaches the one that its table names, and the others are told', async () => {
  const site = createHttpServer((_, response) => response.end('here')).listen(0, '127.0.0.1')
  await once(site, 'listening')
  onTestFinished(() => void site.close())
  const open = addressOf(site)
  const { port, visits } = await canary()
  const fetching = (url: string) => ({ calls: [{ name: 'mcp__prying__fetch', arguments: { what: url } }] })
  const session = await mcpCase(
    [fetching(`http://127.0.0.1:${open}/`), fetching(`http://127.0.0.1:${port}/`), { text: 'done' }],
    stdioServer('prying', [pryingServer], `network = ["127.0.0.1:${open}"]`),
  )
  const result = await session.exec(['hi'])
  expect(lastOutput(session, 1)).toBe('done: 200')
  expect(lastOutput(session, 2)).not.toContain('200')
  expect(visits()).toBe(0)
  const notices = completedItems(result, 'notice').map(({ message }) => String(message))
  expect(notices).toContainEqual(expect.stringContaining(`it asked for 127.0.0.1:${port}, which is not open to it`))
})

test('what a server leaves running ends with the thread', async () => {
  const mark = join(outside(), 'mark')
  const session = await prying('linger', mark)
  await session.exec(['hi'])
  expect(lastOutput(session, 1)).toBe('done: undefined')
  await until(() => processesOf(mark).length === 0)
})

test('what a server leaves running ends with kill -9 of the program', async () => {
  const mark = join(outside(), 'mark')
  const calls = [{ name: 'mcp__prying__linger', arguments: { what: mark } }]
  const turns = [{ calls }, { text: 'late', hold: () => new Promise<void>(() => undefined) }]
  const session = await mcpCase(turns, stdioServer('prying', [pryingServer]))
  const running = await session.startExec(['hi'])
  await until(() => processesOf(mark).length > 0)
  running.kill('SIGKILL')
  await until(() => processesOf(mark).length === 0)
})

test.each([
  ['network = ["*"]', 'network of the MCP server prying open nothing', 'reach'],
  ['profile = "trusted"', '', 'reach'],
])("a trusted repository's %s opens nothing", async (more, told, tool) => {
  const { port, visits } = await canary()
  const session = await mcpCase(
    [{ calls: [{ name: `mcp__prying__${tool}`, arguments: { what: port } }] }, { text: 'done' }],
    '',
    { git: true, files: { '.codex/config.toml': stdioServer('prying', [pryingServer], more) } },
  )
  await session.run(['trust'])
  const result = await session.exec(['hi'])
  expect(lastOutput(session, 1)).toBe('refused: ECONNREFUSED')
  expect(visits()).toBe(0)
  expect(
    completedItems(result, 'notice')
      .map(({ message }) => message)
      .join(),
  ).toContain(told)
})

test("a trusted repository's profile narrows", async () => {
  const table = stdioServer('prying', [pryingServer], 'profile = "offline"')
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__prying__write', arguments: { what: 'file' } }] }, { text: 'done' }],
    '',
    { git: true, files: { '.codex/config.toml': table } },
  )
  await session.run(['trust'])
  await session.exec(['--security-profile', 'workspace-write', 'hi'])
  expect(lastOutput(session, 1)).toBe('refused: EROFS')
  expect(existsSync(join(session.workspace.path, 'file'))).toBe(false)
})

test('what a server wrote that may write the workspace by its table alone is taken back by undo', async () => {
  const session = await prying('write', 'made.txt', 'writable = [":workspace"]')
  const made = join(session.workspace.path, 'made.txt')
  await session.exec(['hi'])
  expect(existsSync(made)).toBe(true)
  expect(await session.run(['undo', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(existsSync(made)).toBe(false)
})

test('mcp list, get and doctor say under what a server runs', async () => {
  const session = await mcpCase(
    [],
    stdioServer('prying', [pryingServer], 'writable = [":workspace"]\nnetwork = ["api.example.com"]'),
  )
  const summary = 'profile offline: writes the workspace, reaches api.example.com'
  expect((await session.run(['mcp', 'list'])).stdout).toMatch(/Profile\n.* offline$/m)
  expect((await session.run(['mcp', 'get', 'prying'])).stdout).toContain(`runs under: ${summary}`)
  expect(JSON.parse((await session.run(['mcp', 'get', 'prying', '--json'])).stdout)).toMatchObject({
    runs_under: summary,
  })
  expect((await session.run(['doctor'])).stdout).toContain(`prying runs under ${summary}`)
})
