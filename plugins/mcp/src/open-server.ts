import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js'
import type { SourceProblem, SourcePrompt, SourceTool, ToolContext, ToolSourceContext } from 'codex-kernel/plugin-api'
import { traceFields } from 'codex-kernel/plugin-api'
import { type CallResult, callResultSchema } from './call-result.ts'
import { connectServer } from './connect-server.ts'
import { httpAnswer } from './http-answer.ts'
import { listAll } from './list-all.ts'
import { type LiveConnection, openLiveConnection } from './live-connection.ts'
import { resourceTools } from './resource-tools.ts'
import { serverPrompts } from './server-prompts.ts'
import type { ServerSettings } from './server-settings.ts'
import { listedToolSchema, serverTool } from './server-tool.ts'
import { createToolList } from './tool-list.ts'

/** A server while a thread uses it. */
export interface OpenServer {
  readonly name: string
  tools(): readonly SourceTool[]
  prompts(signal: AbortSignal): Promise<readonly SourcePrompt[]>
  readonly instructions: string | undefined
  news(): readonly SourceProblem[]
  close(): Promise<void>
}

/** Messages of a server's log that are told in one thread. */
const maxNews = 20

/** Connects a server and lists its tools. @throws Error that says in one line what is wrong; the abort reason */
export async function openServer(
  server: ServerSettings,
  ctx: ToolSourceContext,
  signal: AbortSignal,
): Promise<OpenServer> {
  const news: SourceProblem[] = []
  let newsCount = 0
  const tell = (message: string) => {
    newsCount += 1
    if (newsCount <= maxNews) news.push({ message: `MCP server ${server.name}: ${message}` })
  }
  const toldOnce = new Set<string>()
  const tellOnce = (message: string) => {
    if (!toldOnce.has(message)) tell(message)
    toldOnce.add(message)
  }
  const closing = new AbortController()
  const listOptions = { signal: AbortSignal.any([signal, closing.signal]), timeout: server.startupTimeoutMs }
  const list = createToolList(
    () => listTools(server, connection, ctx, tellOnce, listOptions),
    (error) => {
      if (!closing.signal.aborted) tell(`its tools have changed and cannot be listed: ${messageOf(error)}`)
    },
  )
  const listener = { log: tell, toolsChanged: () => void list.refresh() }
  // The first waits for the thread's own signal; what comes later ends with the thread.
  let isFirst = true
  const connection = await openLiveConnection({
    name: server.name,
    async connect() {
      const until = isFirst ? signal : closing.signal
      isFirst = false
      return await connectServer(server, listener, ctx, until)
    },
    async renewed(why) {
      tell(`${why}; it was ${server.command === undefined ? 'connected' : 'started'} again`)
      await list.refresh()
    },
  })
  try {
    await list.start()
  } catch (error) {
    await connection.close()
    throw signal.aborted ? signal.reason : new Error(`its tools cannot be listed: ${messageOf(error)}`)
  }
  return {
    name: server.name,
    tools: list.now,
    prompts: (abort) => serverPrompts(server, connection.client, abort),
    instructions: connection.client.getInstructions(),
    news() {
      for (const host of connection.takeRefusedHosts()) {
        tellOnce(`it asked for ${host}, which is not open to it; network in [mcp_servers.${server.name}] opens hosts`)
      }
      const change = list.takeChange()
      if (change !== undefined) tell(`its tools have changed: ${change}`)
      return news.splice(0)
    },
    async close() {
      closing.abort()
      await connection.close()
    },
  }
}

async function listTools(
  server: ServerSettings,
  connection: LiveConnection,
  ctx: ToolSourceContext,
  tellOnce: (message: string) => void,
  options: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<readonly SourceTool[]> {
  const { client } = connection
  const capabilities = client.getServerCapabilities()
  const listed = capabilities?.tools ? await listAll(client, 'tools/list', 'tools', options) : []
  const own = listed.flatMap((entry) => {
    const parsed = listedToolSchema.safeParse(entry)
    if (!parsed.success) {
      tellOnce(`a tool is left out, since it is not described as one: ${nameOf(entry)}`)
      return []
    }
    const { name } = parsed.data
    return serverTool(server, parsed.data, ctx.isUnguarded, async (input, call) => {
      const result = await callTool(name, input, server, connection, call)
      if (result.isError && connection.held !== '' && tellsOfSandbox(result)) {
        tellOnce(
          `${name} did not do what it was asked for, maybe because of what holds its program. ${connection.held}`,
        )
      }
      return result
    })
  })
  const ofResources = capabilities?.resources ? resourceTools() : []
  const all = [
    ...own,
    ...ofResources.map((tool) =>
      serverTool(server, tool, ctx.isUnguarded, (input, { signal }) =>
        connection.use((now) => tool.call(now, input, { signal, timeout: server.toolTimeoutMs }), signal),
      ),
    ),
  ]
  return all.filter(
    ({ name }) => (server.enabled_tools?.includes(name) ?? true) && !server.disabled_tools.includes(name),
  )
}

async function callTool(
  name: string,
  input: unknown,
  server: ServerSettings,
  connection: LiveConnection,
  ctx: ToolContext,
): Promise<CallResult> {
  const params = { name, arguments: input as Record<string, unknown>, ...metaOf(ctx) } // checked against an object's schema
  const options: RequestOptions = {
    signal: ctx.signal,
    timeout: server.toolTimeoutMs,
    onprogress: ({ progress, total, message }) => {
      const amount = total === undefined ? `${progress}` : `${progress}/${total}`
      ctx.emit({ type: 'output', delta: ctx.redact([amount, message].filter(Boolean).join(' ')).concat('\n') })
    },
  }
  try {
    return await connection.use(
      (client) => client.request({ method: 'tools/call', params }, callResultSchema, options),
      ctx.signal,
    )
  } catch (error) {
    ctx.signal.throwIfAborted()
    if (isTimeout(error)) {
      throw new Error(`${server.name}.${name} did not answer within ${server.tool_timeout_sec} s (tool_timeout_sec)`)
    }
    throw error
  }
}

/** What programs say that met the limits of a sandbox: a file system that is only read, a path that is closed, no network. */
const deniedText =
  /EROFS|Read-only file system|EACCES|EPERM|Permission denied|ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|getaddrinfo|fetch failed|Network is unreachable|name resolution|Could not resolve/i

function tellsOfSandbox({ content }: CallResult): boolean {
  return content.some(({ text }) => typeof text === 'string' && deniedText.test(text))
}

/** The trace that a call is a part of, under the names of the header fields. */
function metaOf({ trace }: ToolContext): { readonly _meta?: Readonly<Record<string, string>> } {
  return trace === undefined ? {} : { _meta: traceFields(trace) }
}

/** `McpError` of the library, code RequestTimeout. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === -32001
}

function nameOf(entry: unknown): string {
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined
  return typeof name === 'string' ? name : 'it has no name'
}

function messageOf(error: unknown): string {
  return httpAnswer(error) ?? (error instanceof Error ? error.message : String(error))
}
