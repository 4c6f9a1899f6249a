import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { badServer, referenceServer } from '../support/mcp-servers.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const none = 'No MCP servers configured yet. Try `codex mcp add my-tool -- my-command`.\n'

async function withConfig(config: string) {
  const session = await scriptedSession([], { home: { 'config.toml': config } })
  const file = join(session.home.codexHome, 'config.toml')
  return { ...session, configText: () => readFile(file, 'utf8') }
}

test('a server is added in place, with what stands around it kept, replaced, and removed', async () => {
  const session = await withConfig('# mine\nmodel = "m" # this one\n')
  const added = await session.run(['mcp', 'add', 'files', '--env', 'A=b=c', '--', 'npx', '-y', 'server', '--flag'])
  expect(added).toMatchObject({ exitCode: 0, stdout: "Added global MCP server 'files'.\n" })
  expect(await session.configText()).toBe(`# mine
model = "m" # this one

[mcp_servers.files]
command = "npx"
args = ["-y", "server", "--flag"]

[mcp_servers.files.env]
A = "b=c"
`)
  const replaced = ['mcp', 'add', 'files', '--url', 'https://x.example/mcp', '--bearer-token-env-var', 'TOKEN']
  expect(await session.run(replaced)).toMatchObject({
    exitCode: 0,
    stdout: "Added global MCP server 'files'. It replaces the one of that name.\n",
  })
  expect(await session.configText()).toBe(`# mine
model = "m" # this one

[mcp_servers.files]
url = "https://x.example/mcp"
bearer_token_env_var = "TOKEN"
`)
  expect(await session.run(['mcp', 'remove', 'files'])).toMatchObject({
    exitCode: 0,
    stdout: "Removed global MCP server 'files'.\n",
  })
  expect(await session.run(['mcp', 'remove', 'files'])).toMatchObject({
    exitCode: 0,
    stdout: "No MCP server named 'files' found.\n",
  })
  expect((await session.configText()).trim()).toBe('# mine\nmodel = "m" # this one')
  expect(await session.run(['mcp', 'list'])).toMatchObject({ exitCode: 0, stdout: none })
})

test.each([
  [['--url', 'https://x.example', '--bearer-token-env-var', '']],
  [['--writable', '', '--', 'x']],
  [['--network', 'http://x.example', '--', 'x']],
  [['--', '']],
])('a server that is added wrongly with %j leaves the one of that name', async (argv) => {
  const config = '[mcp_servers.files]\ncommand = "npx"\n'
  const session = await withConfig(config)
  expect(await session.run(['mcp', 'add', 'files', ...argv])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Nothing was written.'),
  })
  expect(await session.configText()).toBe(config)
})

test('any name is accepted', async () => {
  const session = await withConfig('')
  await session.run(['mcp', 'add', 'my "own" server', '--', 'x'])
  expect(await session.configText()).toContain('[mcp_servers."my \\"own\\" server"]')
  const { exitCode, stdout } = await session.run(['mcp', 'get', 'my "own" server'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`  try: codex mcp test 'my "own" server'\n  remove: codex mcp remove 'my "own" server'\n`)
  const { stderr } = await session.run(['mcp', 'add', 'a b;c'])
  expect(stderr).toContain("codex mcp add 'a b;c' -- COMMAND")
})

test('a name that configuration may not hold is refused, and so is such a variable', async () => {
  const session = await withConfig('')
  for (const [argv, key] of [
    [['__proto__', '--', 'c'], 'mcp_servers.__proto__'],
    [['a', '--env', '__proto__=x', '--', 'c'], 'mcp_servers.a.env.__proto__'],
  ] as const) {
    const { exitCode, stdout, stderr } = await session.run(['mcp', 'add', ...argv])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(`The key __proto__ is not allowed: ${key}`)
    expect(stderr).not.toContain('edited in place')
  }
  expect(await session.configText()).toBe('')
})

test('what the topic names are its commands', async () => {
  const session = await withConfig('')
  const { stdout } = await session.run(['mcp', '--help'])
  const named = /MCP servers: (.*)\./.exec(stdout)?.[1]?.split(/, | and /) ?? []
  expect(named.toSorted()).toEqual(['add', 'get', 'list', 'remove', 'test'])
})

test('a server of another file of yours is replaced and removed there; one of a repository stays, which is said', async () => {
  const own = '[mcp_servers.k]\ncommand = "old"\nargs = ["a"]\n'
  const session = await withConfig(own)
  await session.home.write({ 'kernel.toml': '# mine\n' })
  const kernelText = () => readFile(join(session.home.codexHome, 'kernel.toml'), 'utf8')
  expect(await session.run(['mcp', 'add', 'k', '--writable', 'notes', '--', 'other'])).toMatchObject({
    stdout: "Added global MCP server 'k'. It replaces the one of that name.\n",
  })
  expect(await session.configText()).not.toContain('mcp_servers')
  expect(await kernelText()).toContain('command = "other"')
  await session.workspace.write({ '.codex/config.toml': '[mcp_servers.k]\ncommand = "theirs"\n' })
  await session.run(['trust'])
  const theirs = join(session.workspace.path, '.codex', 'config.toml')
  expect((await session.run(['mcp', 'add', 'k', '--', 'mine'])).stdout).toBe(
    `Added global MCP server 'k'. It replaces the one of that name.\nmcp_servers.k.command = "theirs" stays in force: project, ${theirs}:2:1 stands above.\n`,
  )
  const removed = await session.run(['mcp', 'remove', 'k'])
  expect(removed.stdout).toBe(
    `Removed global MCP server 'k'.\nThe server of that name stays that is configured by project, ${theirs}:2:1.\n`,
  )
  expect(await kernelText()).not.toContain('mcp_servers')
  expect((await session.run(['mcp', 'remove', 'k'])).stdout).toContain("No MCP server named 'k' found.\nThe server of")
})

test('an address that is not http is an error with its place, without its password', async () => {
  const session = await withConfig('model = "m"\n[mcp_servers.n]\nurl = "ftp://user:hunter2hunter2@x.example/mcp"\n')
  const { exitCode, stderr } = await session.run(['mcp', 'list'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('mcp_servers.n.url: expected an http or https URL')
  expect(stderr).toContain('config.toml:3:1')
  expect(stderr).not.toContain('hunter2')
})

test('a table with a program and an address, and one with neither, are warned of and listed as what they are', async () => {
  const both = '[mcp_servers.a]\ncommand = "c"\nurl = "https://x.example/mcp"\n'
  const session = await withConfig(`${both}[mcp_servers.b]\nargs = ["x"]\nenabled = false\n`)
  const checked = await session.run(['config', 'validate'])
  const told = [(await session.run(['profiles', 'list'])).stderr, checked.stdout]
  for (const text of told) {
    expect(text).toContain('config.toml:3:1: `mcp_servers.a.url` is ignored, since the server has a command besides')
    expect(text).toContain('config.toml:4:1: `mcp_servers.b` is no server: it has neither a command nor a url')
  }
  const list = await session.run(['mcp', 'list'])
  expect(list.stdout).toMatch(/^Name {2}Status {4}Problem\nb {5}disabled {2}It has neither a command nor a url\.$/m)
  expect(list.stdout).not.toContain('Url')
  const listed = JSON.parse((await session.run(['mcp', 'list', '--json'])).stdout)
  expect(listed[1]).toMatchObject({ name: 'b', transport: { type: 'none' } })
  const { stdout } = await session.run(['mcp', 'get', 'b'])
  expect(stdout).toContain('  transport: none\n  It has neither a command nor a url.\n')
})

test('the password of an address is not shown', async () => {
  const session = await withConfig('[mcp_servers.n]\nurl = "http://user:hunter2hunter2@127.0.0.1:9/mcp"\n')
  for (const argv of [['list'], ['get', 'n']]) {
    const { stdout } = await session.run(['mcp', ...argv])
    expect(stdout).toContain('http://user:[redacted]@127.0.0.1:9/mcp')
  }
})

test.each([
  [['mcp', 'add', 'x', '--url', 'https://x.example', '--env', 'A=b']],
  [['mcp', 'add', 'x']],
  [['mcp', 'add', 'x', '--url', 'https://x.example', '--', 'cmd']],
  [['mcp', 'add', 'x', '--env', 'nothing', '--', 'cmd']],
  [['mcp', 'add', 'x', '--url', 'x.example/mcp']],
  [['mcp', 'add', 'x', '--server-profile', 'nope', '--', 'x']],
  [['mcp', 'add', 'x', '--profile', 'offline', '--', 'x']],
  [['-p', 'offline', 'mcp', 'add', 'x', '--', 'x']],
  [['mcp', 'add', 'x', '--security-profile', 'offline', '--', 'x']],
  [['mcp', 'add', '', '--', 'x']],
])('%j is a usage error and writes nothing', async (argv) => {
  const session = await withConfig('model = "m"\n')
  expect(await session.run(argv)).toMatchObject({ exitCode: 2, stdout: '' })
  expect(await session.configText()).toBe('model = "m"\n')
})

test('the profile of a server is one that holds everywhere, by its own name or that of Codex', async () => {
  const session = await withConfig('')
  await session.workspace.write({ '.codex/profiles/here.toml': 'id = "here"\ndescription = "x"\n' })
  const add = (profile: string) => session.run(['mcp', 'add', 'x', '--server-profile', profile, '--', 'x'])
  expect(await add('workspace-writ')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Did you mean workspace-write'),
  })
  expect(await add('here')).toMatchObject({ exitCode: 2, stdout: '' })
  expect(await session.configText()).toBe('')
  expect((await add(':workspace')).exitCode).toBe(0)
  expect(await session.configText()).toContain('profile = "workspace-write"')
  expect((await session.run(['mcp', 'get', 'x'])).stdout).toContain('runs under: profile workspace-write')
})

test('list and get give the fields of the contract and what holds a program; variables are masked for people alone', async () => {
  const session = await withConfig(`[mcp_servers.b]
url = "https://x.example/mcp"
bearer_token_env_var = "TOKEN"
enabled = false
[mcp_servers.a]
command = "npx"
args = ["server"]
env = { KEY = "value" }
tool_timeout_sec = 3
enabled_tools = ["one"]
`)
  const list = await session.run(['mcp', 'list', '--json'])
  const common = { disabled_reason: null, startup_timeout_sec: null }
  const transport = { type: 'stdio', command: 'npx', args: ['server'], env: { KEY: 'value' }, env_vars: [], cwd: null }
  const a = { name: 'a', enabled: true, ...common, transport, tool_timeout_sec: 3 }
  // Two fields besides those of the contract.
  const held = { profile: 'offline', runs_under: 'profile offline: writes nothing, no network' }
  expect(JSON.parse(list.stdout)).toEqual([
    { ...a, auth_status: 'unsupported', ...held },
    {
      ...{ name: 'b', enabled: false, ...common, tool_timeout_sec: null, auth_status: 'bearer_token' },
      transport: {
        ...{ type: 'streamable_http', url: 'https://x.example/mcp', bearer_token_env_var: 'TOKEN' },
        ...{ http_headers: null, env_http_headers: null, http_headers_helper: null },
      },
    },
  ])
  const get = await session.run(['mcp', 'get', 'a', '--json'])
  expect(JSON.parse(get.stdout)).toEqual({ ...a, enabled_tools: ['one'], disabled_tools: null, ...held })
  const shown = (await session.run(['mcp', 'list'])).stdout + (await session.run(['mcp', 'get', 'a'])).stdout
  expect(shown).toContain('KEY=*****')
  expect(shown).not.toContain('value')
  const missing = await session.run(['mcp', 'get', 'c'])
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' })
  expect(missing.stderr).toContain("No MCP server named 'c' found.")
})

test('test starts a server and lists its tools, with what is asked for', async () => {
  const session = await withConfig('')
  const node = process.execPath
  await session.run(['mcp', 'add', 'files', '--', node, referenceServer('filesystem'), session.workspace.path])
  const result = await session.run(['mcp', 'test', 'files'])
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(result.stdout).toMatch(/^files started in \d+ ms and has \d+ tools\.\n/)
  expect(result.stdout).toMatch(/^ {2}mcp__files__read_text_file +unasked /m)
  expect(result.stdout).toMatch(/^ {2}mcp__files__write_file +asks /m)
})

test.each([
  ['dies-at-start', 'it ended before it answered with exit code 3; it said: there is no database'],
  ['wrong-version', "Server's protocol version is not supported: 1999-12-31"],
])('test says what is wrong with a server: %s', async (way, reason) => {
  const session = await withConfig('')
  await session.run(['mcp', 'add', 'bad', '--', process.execPath, badServer, way])
  const result = await session.run(['mcp', 'test', 'bad', '--json'])
  expect(result.exitCode).toBe(1)
  expect(JSON.parse(result.stdout)).toMatchObject({
    name: 'bad',
    ok: false,
    problems: [expect.stringContaining(reason)],
  })
})

test.each([
  [
    'node',
    '/no/such/server.js',
    /it said: Error: Cannot find module '\/no\/such\/server.js'\. It runs under profile offline: /,
  ],
  [
    'python3',
    '-c',
    'import no_such_module',
    /it said: ModuleNotFoundError: No module named 'no_such_module'\. It runs under profile offline: /,
  ],
])('of what a program says when it breaks, the line that names the error is told: %s %s', async (...given) => {
  const session = await withConfig('')
  const argv = given.filter((each) => typeof each === 'string')
  await session.run(['mcp', 'add', 'bad', '--', ...argv])
  expect((await session.run(['mcp', 'test', 'bad'])).stdout).toMatch(given.at(-1) ?? '')
})

test('test of a program that is not there, of one that is off, and of none', async () => {
  const session = await withConfig('[mcp_servers.off]\ncommand = "x"\nenabled = false\n')
  await session.run(['mcp', 'add', 'gone', '--', 'no-such-program-here'])
  expect((await session.run(['mcp', 'test', 'gone'])).stdout).toContain('there is no such program')
  expect((await session.run(['mcp', 'test', 'off'])).stdout).toContain('mcp_servers.off.enabled = false')
  expect(await session.run(['mcp', 'test', 'none'])).toMatchObject({ exitCode: 1 })
})
