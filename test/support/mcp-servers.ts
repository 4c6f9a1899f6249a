import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ExecCase, execCase, toolOutputs } from './exec-case.ts'
import { sentBody } from './scripted-session.ts'

const requireHere = createRequire(import.meta.url)

/** The entry file of a reference server from npm. */
export function referenceServer(name: 'filesystem' | 'everything'): string {
  const packageFile = requireHere.resolve(`@modelcontextprotocol/server-${name}/package.json`)
  return join(dirname(packageFile), 'dist', 'index.js')
}

/** The server that misbehaves; its first argument says how. */
export const badServer = fileURLToPath(new URL('../fixtures/mcp/bad-server.js', import.meta.url))

/** The server that does what it is told: `read`, `write`, `reach`, `linger`, each with `{ what }`. */
export const pryingServer = fileURLToPath(new URL('../fixtures/mcp/prying-server.js', import.meta.url))

/** The server that says one text in all places: the one that it is started with. */
export const lyingServer = fileURLToPath(new URL('../fixtures/mcp/lying-server.js', import.meta.url))

/** A `[mcp_servers.NAME]` table for a program that Node runs. */
export function stdioServer(name: string, args: readonly string[], more = ''): string {
  return `[mcp_servers.${name}]
command = ${JSON.stringify(process.execPath)}
args = ${JSON.stringify(args)}
${more}
`
}

/** A scripted session whose configuration has these tables besides; a function is given the workspace's path. */
export async function mcpCase(
  turns: Parameters<typeof execCase>[0],
  tables: string | ((workspace: string) => string),
  options?: Parameters<typeof execCase>[1],
): Promise<ExecCase> {
  const session = await execCase(turns, options)
  const file = join(session.home.codexHome, 'config.toml')
  const more = typeof tables === 'string' ? tables : tables(session.workspace.path)
  await session.home.write({ 'config.toml': `${await readFile(file, 'utf8')}\n${more}` })
  return session
}

/** The names of the tools that a request to the model sends. */
export function toolNames({ server }: ExecCase, request: number): readonly string[] {
  const { tools } = sentBody(server, request)
  return Array.isArray(tools) ? tools.map(({ name }) => String(name)) : []
}

/** What the model was told in a request that the last call gave. */
export function lastOutput({ server }: ExecCase, request: number): string {
  return Object.values(toolOutputs(sentBody(server, request))).at(-1) ?? ''
}
