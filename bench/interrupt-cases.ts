import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelServer, ModelTurn } from '../test/support/model-server.ts'

/** What a run shows while it is watched. */
export interface Watched {
  readonly events: readonly { readonly type: string; readonly item?: { readonly type: string } }[]
  readonly server: ModelServer
  readonly workspace: string
}

/** A moment of a turn at which it is interrupted. */
export interface InterruptCase {
  readonly name: string
  readonly turns: readonly ModelTurn[]
  readonly argv?: readonly string[]
  /** Added to config.toml, before its tables. */
  readonly config?: string
  /** Added behind them. */
  readonly tables?: string
  /** Files of CODEX_HOME; `HOME` in them is its path. */
  readonly home?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  /** True once the moment is there. */
  isThere(watched: Watched): boolean
}

const badServer = fileURLToPath(new URL('../test/fixtures/mcp/bad-server.js', import.meta.url))
const free = ['-s', 'danger-full-access'] as const
const confined = ['-s', 'workspace-write'] as const
const silent: ModelTurn = { failure: { kind: 'silent' } }
const sent = (count: number) => (watched: Watched) => watched.server.requests.length >= count
const started = (type: string) => (watched: Watched) =>
  watched.events.some(({ type: event, item }) => event === 'item.started' && item?.type === type)
const marked = ({ workspace }: Watched) => existsSync(join(workspace, 'began'))
const shell = (script: string): ModelTurn => ({ calls: [{ shell: script }] })
const sleep = 'sleep 987'
/** Ignores SIGTERM, and has a grandchild that left the group, one that left the session, and one of both whose parent is gone. */
const stubborn = `trap '' TERM; ${sleep} & setsid ${sleep} & (setsid ${sleep} & ) ; (setsid bash -c "trap '' TERM; ${sleep}; ${sleep}" & ); touch began; while :; do ${sleep}; done`
const manyFiles = Object.fromEntries(
  Array.from({ length: 6000 }, (_, index) => [`d${index % 60}/f${index}`, `${index}\n`.repeat(200)]),
)
const hook = (event: string) => ({
  'oclif/package.json': JSON.stringify({ oclif: { plugins: [{ type: 'link', name: 'slow', root: 'HOME/slow' }] } }),
  'slow/package.json': JSON.stringify({
    name: 'slow',
    type: 'module',
    codex: { apiVersion: 1, contributes: { hooks: [{ event, module: './hook.js' }] } },
  }),
  'slow/hook.js': `import { writeFileSync } from 'node:fs'\nimport { defineHook } from 'codex-kernel/plugin-api'\nexport const hook = defineHook({ event: '${event}', async run(payload) { writeFileSync(payload.cwd + '/began', ''); await new Promise((resolve) => setTimeout(resolve, 9000)) } })\n`,
})

/** Every moment at which a turn may be stopped. */
export const interruptCases: readonly InterruptCase[] = [
  { name: 'the program starts', turns: [silent], isThere: () => true },
  {
    name: 'before the first request',
    turns: [silent],
    isThere: ({ events }) => events.some(({ type }) => type === 'turn.started'),
  },
  {
    name: 'the provider streams',
    turns: [{ text: 'a long answer', deltaSize: 2, failure: { kind: 'silent', afterEvents: 6 } }],
    isThere: sent(1),
  },
  { name: 'the server never answers', turns: [silent], isThere: sent(1) },
  {
    name: 'a retry waits',
    turns: Array.from({ length: 4 }, () => ({
      failure: { kind: 'status' as const, status: 503, headers: { 'retry-after': '20' } },
    })),
    config: 'RETRIES',
    isThere: sent(1),
  },
  {
    name: 'a command was decided, free',
    turns: [shell(`touch began; ${sleep}`)],
    argv: free,
    isThere: started('command_execution'),
  },
  {
    name: 'a command was decided, in the sandbox',
    turns: [shell(`touch began; ${sleep}`)],
    argv: confined,
    isThere: started('command_execution'),
  },
  { name: 'a command runs, free', turns: [shell(`touch began; ${sleep}`)], argv: free, isThere: marked },
  { name: 'a command runs, in the sandbox', turns: [shell(`touch began; ${sleep}`)], argv: confined, isThere: marked },
  { name: 'a stubborn command runs, free', turns: [shell(stubborn)], argv: free, isThere: marked },
  { name: 'a stubborn command runs, in the sandbox', turns: [shell(stubborn)], argv: confined, isThere: marked },
  {
    name: 'an MCP call runs',
    turns: [{ calls: [{ name: 'mcp__bad__act', arguments: { word: 'x' } }] }],
    tables: `[mcp_servers.bad]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${JSON.stringify([badServer, 'slow'])}\n`,
    isThere: started('mcp_tool_call'),
  },
  {
    name: 'an MCP server starts and says nothing',
    turns: [silent],
    tables: `[mcp_servers.bad]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${JSON.stringify([badServer, 'silent'])}\n`,
    isThere: () => true,
  },
  {
    name: 'web_fetch waits',
    turns: [{ calls: [{ name: 'web_fetch', arguments: { url: 'URL/never' } }] }],
    argv: free,
    isThere: sent(2),
  },
  { name: 'a hook before a call hangs', turns: [shell('true')], argv: free, home: hook('PreToolUse'), isThere: marked },
  { name: 'a hook of the prompt hangs', turns: [silent], home: hook('UserPromptSubmit'), isThere: marked },
  { name: 'a hook of the end hangs', turns: [{ text: 'done' }], home: hook('Stop'), isThere: marked },
  {
    name: 'a compaction runs',
    turns: [{ text: 'some words', calls: [{ shell: 'true' }], usage: { input: 9000, output: 10 } }, silent],
    config: 'model_auto_compact_token_limit = 1000',
    argv: free,
    isThere: sent(2),
  },
  {
    name: 'the files are recorded for an undo',
    turns: [shell('touch began')],
    argv: free,
    files: manyFiles,
    isThere: started('command_execution'),
  },
]
