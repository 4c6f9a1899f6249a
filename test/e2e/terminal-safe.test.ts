import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type CodexHome, makeCodexHome, modelServerConfig } from '../support/codex-home.ts'
import { type ModelServer, startModelServer } from '../support/model-server.ts'
import { type CodexResult, runCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

/** What drives a terminal, or shows a text otherwise than it is, each with what it does. */
const hostile = {
  clipboard: '\u001b]52;c;cm0gLXJm\u0007',
  title: '\u001b]0;owned\u001b\\',
  hyperlink: '\u001b]8;;http://evil.example\u0007safe\u001b]8;;\u0007',
  cursor: '\u001b[2J\u001b[1;1H',
  device: '\u001bP+q544e\u001b\\',
  c1: '\u009b31m\u009d52;c;eA==\u009c',
  bidi: '\u202eabc\u202c\u2066x\u2069',
  del: 'a\u007fb',
  lone: 'shown\rhidden\b\b',
  bell: '\u0007\u000b\u000c',
} as const
const all = Object.values(hostile).join('')
/** For TOML, YAML and JSON: as escapes, which their readers undo. */
const escaped = [...all].map((c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('')

/** Control characters but line end and tab, C1, DEL, and what turns the direction of a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const driving = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

let home: CodexHome
let workspace: TempWorkspace
let server: ModelServer
let threadId = ''

beforeAll(async () => {
  server = await startModelServer([
    {
      calls: [
        { shell: 'cat hostile.txt; cat ./hostile*; ls' },
        { name: 'read_file', arguments: { path: `${hostile.title}.txt` } },
        { name: `no${all}such`, arguments: {} },
      ],
    },
    { text: `said ${all}` },
  ])
  const description = `d ${escaped}`
  home = await makeCodexHome({
    'config.toml': `${modelServerConfig(server.url)}\n[mcp_servers."s"]\ncommand = "c ${escaped}"\nenabled = false\n`,
    'agents/hostile.toml': `[agent]\nid = "hostile"\nname = "n ${escaped}"\ndescription = "${description}"\n[prompt]\nsystem = "x"\n`,
    'agents/broken.toml': `[agent]\nid = "broken"\nname = "n"\ndescription = "d"\n"k ${escaped}" = 1\n[prompt]\nsystem = "x"\n`,
    [`agents/${hostile.cursor.replaceAll('/', '')}.toml`]: 'not = [toml',
    'commands/hostile.md': `---\ndescription: "${description}"\n---\nDo it.\n`,
    'commands/broken.md': `---\n"k ${escaped}": "${escaped}"\n---\nx\n`,
    'profiles/hostile.toml': `id = "hostile"\ndescription = "${description}"\nextends = "offline"\n`,
    'skills/hostile/SKILL.md': `---\nname: hostile\ndescription: "${description}"\n---\nx\n`,
    'plug/package.json': JSON.stringify({
      name: 'plug',
      version: '1.0.0',
      description: `p ${all}`,
      type: 'module',
      codex: { apiVersion: 1, contributes: { hooks: [{ event: 'Stop', module: `./x${hostile.cursor}.js` }] } },
    }),
  })
  workspace = await makeWorkspace({
    files: {
      'hostile.txt': `text ${all}\n`,
      'a.js': `// ${all}\nconst password = "${'Tr0ub4dor'}&3xyz"; eval(input) // ${all}\n`,
    },
  })
  await writeFile(join(workspace.path, `hostile ${hostile.title.replaceAll('/', '')} ${hostile.bidi}.js`), 'eval(x)\n')
  await mkdir(join(workspace.path, 'sub'))
  const result = await run(['exec', '--skip-git-repo-check', '--json', '-s', 'workspace-write', `go ${all}`])
  threadId = String(result.events[0]?.thread_id)
  expect([result.exitCode, result.stderr]).toEqual([0, expect.any(String)])
  await run(['sandbox', '--', 'sh', '-c', `echo '${all.replaceAll('\u0000', '')}' > x`])
  // It stops every thread.
  await home.write({ 'profiles/broken.toml': `id = "x${escaped}"\ndescription = "y"\n` })
  return async () => {
    await workspace.remove()
    await home.remove()
    await server.close()
  }
}, 60_000)

const run = (argv: readonly string[]): Promise<CodexResult> => runCodex(argv, { home, cwd: workspace.path })
const placed = (argv: readonly string[]) => argv.map((word) => (word === 'THREAD' ? threadId : word))

const commands: readonly (readonly string[])[] = [
  ['threads', 'list'],
  ['threads', 'show', 'THREAD'],
  ['threads', 'search', 'go'],
  ['threads', 'export', 'THREAD', '-o', '-'],
  ['audit', 'query'],
  ['audit', 'show', 'LAST'],
  ['audit', 'why'],
  ['audit', 'stats'],
  ['audit', 'export'],
  ['audit', 'export', '--format', 'csv'],
  ['profiles', 'list'],
  ['profiles', 'show', 'hostile'],
  ['profiles', 'explain', `exec:${all}`],
  ['profiles', 'lint'],
  ['agents', 'list'],
  ['agents', 'show', 'hostile'],
  ['commands', 'list'],
  ['commands', 'show', 'hostile'],
  ['skills', 'list'],
  ['lint'],
  ['doctor'],
  ['status'],
  ['config', 'list'],
  ['config', 'get', all],
  ['mcp', 'list'],
  ['mcp', 'get', 's'],
  ['extensions'],
  ['plugins', 'inspect', 'PLUG'],
  ['plugins', 'list'],
  ['scan', '.'],
  ['scan', '.', '--format', 'markdown'],
  ['scan', '.', '--format', 'sarif'],
  ['agent', `hostil${all}`, 'x'],
  [`/hostil${all}`],
  ['trust', '--show'],
  ['stats'],
  ['policy', 'test', all],
  ['execpolicy', 'check', '--rules', all, 'ls'],
  ['exec', '--skip-git-repo-check', '-s', 'workspace-write', `again ${all}`],
  [`comm${all}and`],
  ['--profile', all, 'x'],
  ['undo', '--list'],
  ['bug-report', 'THREAD', '-o', '-'],
]

test.each(
  commands.flatMap((argv) => [
    [argv.join(' '), argv] as const,
    [`${argv.join(' ')} --json`, [...argv, '--json']] as const,
  ]),
)('nothing that %j shows drives a terminal', async (_, argv) => {
  const { stdout, stderr } = await run(
    placed(argv).map((word) => (word === 'PLUG' ? join(home.codexHome, 'plug') : word)),
  )
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/)
  expect(lines.filter((line) => driving.test(line)).map((line) => JSON.stringify(line.slice(0, 300)))).toEqual([])
})
