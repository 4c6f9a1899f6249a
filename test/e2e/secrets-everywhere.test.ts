import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import type { CodexResult } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

/** Of no well-known shape: where each stands is all that gives it away. */
const secrets = {
  dotenv: 'dotenv+1f2e3d4c/5b6a7988',
  mcpEnvironment: 'mcpenv+0a9b8c7d/6e5f4a3b',
  header: 'header+77aa88bb/99cc00dd',
  address: 'address-5e4d3c2b-1a0f9e8d',
} as const

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isFile() ? join(entry.parentPath, entry.name) : []))
}

/** Of a file that another program on this machine has removed meanwhile: nothing. */
const textOf = (file: string) => readFile(file, 'latin1').catch(() => '')

test('a secret of a .env file, of an MCP server or of an address is in nothing that the program writes or says', async () => {
  const address = `https://user:${secrets.address}@registry.example/x`
  const said = `${secrets.mcpEnvironment} ${secrets.header}`
  const session = await execCase(
    [
      {
        text: `I saw ${said}`,
        calls: [
          { shell: 'cat .env; cat < .env; cp .env copy; grep -r . . 2>/dev/null' },
          { shell: `echo '${said}' > made.txt; cat made.txt; echo '${said}' >&2; cat remote.txt` },
          { name: 'read_file', arguments: { path: '.env' } },
        ],
      },
      { text: `Done: ${said}` },
    ],
    {
      files: { '.env': `DB_PASS=${secrets.dotenv}\n`, 'remote.txt': `${address}\n` },
      git: true,
      tables: [
        '[mcp_servers.away]',
        'command = "false"',
        `env = { AWAY_TOKEN = "${secrets.mcpEnvironment}" }`,
        '[mcp_servers.far]',
        'url = "http://127.0.0.1:1/mcp"',
        `http_headers = { Authorization = "Bearer ${secrets.header}" }`,
      ].join('\n'),
    },
  )
  const temp = await makeWorkspace({ files: {}, git: false })
  const options = { env: { TMPDIR: temp.path } }
  const shmBefore = new Set(await filesBelow('/dev/shm'))
  const results: CodexResult[] = []
  const record = join(temp.path, 'run.jsonl')
  results.push(await session.exec(['-s', 'workspace-write', '--record', record, `Use ${secrets.header}`], options))
  expect(results[0]?.exitCode).toBe(0)
  for (const argv of [
    ['threads', 'list', '--json'],
    ['threads', 'show', 'last'],
    ['threads', 'export', 'last', '-o', join(temp.path, 'thread.html')],
    ['bug-report', 'last', '-o', join(temp.path, 'report.md'), '--recording', record],
    ['audit', 'export', '-o', join(temp.path, 'audit.jsonl')],
    ['audit', 'query', '--json'],
    ['config', 'list'],
    ['config', 'list', '--json'],
    ['mcp', 'list'],
    ['mcp', 'get', 'away'],
    ['mcp', 'get', 'far'],
    ['doctor', '--json'],
    ['status', '--json'],
    ['undo', '--list', '--json'],
  ])
    results.push(await session.run(argv, options))

  const { codexHome, homeDir } = session.home
  const shm = (await filesBelow('/dev/shm')).filter((file) => !shmBefore.has(file))
  // What a person, or a command of theirs, put there is theirs.
  const own = new Set([
    join(codexHome, 'config.toml'),
    ...['.env', 'made.txt', 'remote.txt'].map((name) => join(session.workspace.path, name)),
  ])
  const files = [
    ...(await filesBelow(homeDir)),
    ...(await filesBelow(temp.path)),
    ...(await filesBelow(session.workspace.path)),
    ...shm,
  ]
  const places: (readonly [string, string])[] = [
    ...results.flatMap(
      ({ stdout, stderr }, index) =>
        [
          [`stdout of run ${index}`, stdout],
          [`stderr of run ${index}`, stderr],
        ] as const,
    ),
  ]
  for (const file of files.filter((each) => !own.has(each))) places.push([file, await textOf(file)])
  const requests = session.server.requests.map(({ body }) => JSON.stringify(body)).join('\n')
  const leaks = Object.entries(secrets).flatMap(([name, value]) =>
    places.flatMap(([place, text]) => (text.includes(value) ? [`${name} in ${place}`] : [])),
  )
  expect(leaks).toEqual([])
  expect(
    places.filter(([place]) => /rollout-|audit|report\.md|thread\.html|run\.jsonl/.test(place)).length,
  ).toBeGreaterThan(5)
  expect(requests).not.toContain(secrets.dotenv)
  await temp.remove()
})
