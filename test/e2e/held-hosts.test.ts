import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { completedItems, execCase, jsonLines, toolOutputs } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { pryingServer, stdioServer } from '../support/mcp-servers.ts'
import type { ModelTurn } from '../support/model-turn.ts'
import { countingServer } from '../support/relay-bench.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal, type TypedKeys } from '../support/run-on-terminal.ts'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'

// What counts is the server: who connected to it before somebody said yes, and after a no.

async function serve() {
  const server = await countingServer()
  onTestFinished(() => void server.close())
  return server
}

/** A profile that lets `localhost` be asked for: the tests have no other host. */
const home = {
  'profiles/asks.toml': `id = "asks"
temp = "private"
approval_policy = "on-request"
[read]
allow = ["/**"]
[write]
allow = [":workspace", ":tmp"]
[exec]
allow = ["*"]
[network]
allow = []
ask = ["localhost"]
`,
}

const helper = '[agent]\nid = "helper"\nname = "H"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'

/** A thread in which a call asks, with a person at a terminal. */
async function onTerminal(
  asking: string | readonly ModelTurn[],
  keys: readonly TypedKeys[],
  { tables = '', files = {} }: { readonly tables?: string; readonly files?: Readonly<Record<string, string>> } = {},
) {
  const turns: readonly ModelTurn[] = typeof asking === 'string' ? [{ calls: [{ shell: asking }] }] : asking
  const session = await scriptedSession([...turns, { text: 'Done.' }, ...turns, { text: 'Done.' }], {
    config: 'security_profile = "asks"',
    tables,
    home: { ...home, ...files },
  })
  const { workspace, home: own } = session
  const env = { PATH: process.env.PATH, HOME: own.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' }
  const { exitCode, shown } = await runOnTerminal([process.execPath, codexBin, 'go now'], keys, {
    cwd: workspace.path,
    env,
  })
  const file = (name: string) => {
    const path = join(workspace.path, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
  return { ...session, exitCode, shown, file }
}

test.each([
  ['a request', (port: number) => `curl -s http://localhost:${port}/x`, 'http'],
  ['a tunnel', (port: number) => `curl -s -p http://localhost:${port}/x`, 'https'],
  [
    'SOCKS',
    (port: number) => `curl -s --socks5-hostname "\${ALL_PROXY#http://}" http://localhost:${port}/x`,
    'socks5_tcp',
  ],
])(
  'by %s a command waits for the person, who writes the host down for the next thread',
  async (_, command, protocol) => {
    const { port, requests } = await serve()
    const { exitCode, shown, file, home, run } = await onTerminal(`${command(port)} > got`, [
      { after: 'Allow?', keys: '2\n' },
      { after: 'For how long?', keys: 'a\n' },
    ])
    expect({ exitCode, got: file('got') }).toEqual({ exitCode: 0, got: 'GET /x' })
    expect(shown).toContain(`localhost:${port}`)
    expect(requests).toHaveLength(1)
    expect(readFileSync(join(home.codexHome, 'rules/default.rules'), 'utf8')).toBe(
      `network_rule(host="localhost", protocol="${protocol}", decision="allow")\n`,
    )
    const { stdout } = await run(['exec', '--json', '--profile', 'asks', 'again'])
    expect(stdout).not.toContain('"type":"denial"')
    expect(requests).toHaveLength(2)
  },
)

test('after a no the host gets nothing, however often the command comes back, and the stream names it', async () => {
  const { port, connections } = await serve()
  const url = `http://localhost:${port}/x`
  const { exitCode, shown } = await onTerminal(`curl -s ${url}; curl -s -p ${url}; curl -s -d a=b ${url}; true`, [
    { after: 'Allow?', keys: 'n\n' },
  ])
  expect(exitCode).toBe(0)
  expect(shown.match(/Allow\?/g)).toHaveLength(1)
  expect(connections()).toBe(0)
  expect(shown).toMatch(new RegExp(`denied.*localhost:${port}`, 'i'))
})

test('an interrupt takes the question, the connection and the command with it', async () => {
  const { port, connections } = await serve()
  const { exitCode, shown, file } = await onTerminal(`curl -s -p http://localhost:${port}/x; touch went-on`, [
    { after: 'Allow?', keys: '\x03' },
  ])
  expect(exitCode).toBe(130)
  expect(shown).toMatch(/nobody answered/)
  expect({ connections: connections(), wentOn: file('went-on') }).toEqual({ connections: 0, wentOn: undefined })
})

test.each([
  ['y\n', 'done: 200', 1],
  ['n\n', 'refused', 0],
])('the program of an MCP server waits for the person as well, who answers %j', async (keys, said, connected) => {
  const { port, connections } = await serve()
  const what = `http://localhost:${port}/x`
  const { shown, server } = await onTerminal(
    [{ calls: [{ name: 'mcp__prying__fetch', arguments: { what } }] }],
    [{ after: 'Allow?', keys }],
    { tables: stdioServer('prying', [pryingServer]) },
  )
  expect(shown).toContain(`localhost:${port}`)
  expect(JSON.stringify(toolOutputs(sentBody(server, 1)))).toContain(said)
  expect(connections()).toBe(connected)
})

test('what an agent below asks is asked above, with its name', async () => {
  const { port, connections } = await serve()
  const { exitCode, shown } = await onTerminal(
    [
      { calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'go on' } }] },
      { calls: [{ shell: `curl -s http://localhost:${port}/x` }] },
      { text: 'It is done.' },
    ],
    [{ after: 'Allow?', keys: 'y\n' }],
    { files: { ...installedPlugins('hands-on'), 'agents/helper.toml': helper } },
  )
  expect(exitCode).toBe(0)
  expect(shown).toMatch(new RegExp(`helper wants to:\\s+GET localhost:${port}`))
  expect(connections()).toBe(1)
})

test('exec asks nobody: the connection is refused at once, as an item that names the host', async () => {
  const { port, connections } = await serve()
  const { exec } = await execCase([{ calls: [{ shell: `curl -s http://localhost:${port}/x` }] }, { text: 'done' }], {
    home,
  })
  const result = await exec(['--profile', 'asks', 'go'])
  expect(connections()).toBe(0)
  expect(completedItems(result, 'denial')).toMatchObject([
    { action: { kind: 'network', host: 'localhost', port, protocol: 'http' }, layer: 'profile asks' },
  ])
})

test('the reviewing agent answers for the turn what a command asks', async () => {
  const { port, requests } = await serve()
  const url = `http://localhost:${port}`
  const answer = { text: '{"risk": 5, "decision": "allow", "reason": "The person asked for it."}' }
  const { exec, audit, server } = await execCase(
    [{ calls: [{ shell: `curl -s ${url}/1; curl -s ${url}/2` }] }, answer, { text: 'done' }],
    { home },
  )
  const result = await exec(['--approve-for-me', '--security-profile', 'asks', 'go'])
  expect(requests.map((line) => line.split(' ')[1])).toEqual(['/1', '/2'])
  expect(server.requests).toHaveLength(3)
  expect(completedItems(result, 'review')).toMatchObject([{ status: 'approved', action: { kind: 'network', port } }])
  const decisions = jsonLines(await audit()).filter(
    ({ type, action }) => type === 'decision' && (action as { port?: number }).port === port, // a record of the log
  )
  expect(decisions).toMatchObject([
    { outcome: 'allow', approvedBy: 'agent', reviewStatus: 'approved' },
    { outcome: 'allow', approvedBy: 'grant' },
  ])
})
