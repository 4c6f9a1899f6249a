import { pathToFileURL } from 'node:url'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { Service, ServiceConfinement, ToolSourceContext } from 'codex-kernel/plugin-api'
import { answerElicitation } from './answer-elicitation.ts'
import { httpAnswer } from './http-answer.ts'
import { createHttpTransport } from './http-transport.ts'
import { loadMcpSdk, type McpSdk } from './mcp-sdk.ts'
import { raceAbort } from './race-abort.ts'
import type { ServerSettings } from './server-settings.ts'
import { createServiceTransport } from './service-transport.ts'

/** A connection to a server that has answered. */
export interface Connection {
  readonly client: Client
  /** How its program is held and what opens more, as a sentence; empty where nothing holds it. */
  readonly held: string
  /** Hosts that its program asked for and was not given, since this was last asked. */
  takeRefusedHosts(): readonly string[]
  /** Why it is there no more; undefined while it is. */
  ended(): Promise<string | undefined>
  close(): Promise<void>
}

/** What a connection tells while it is open. */
export interface ConnectionListener {
  log(message: string): void
  toolsChanged(): void
}

/** Of a server's log, what is worth a person's time. */
const toldLevels: ReadonlySet<string> = new Set(['error', 'critical', 'alert', 'emergency'])

/**
 * Starts or reaches a server and agrees on a protocol version with it.
 *
 * @throws Error that says in one line what is wrong; the abort reason
 */
export async function connectServer(
  server: ServerSettings,
  listener: ConnectionListener,
  ctx: ToolSourceContext,
  signal: AbortSignal,
): Promise<Connection> {
  const sdk = await loadMcpSdk()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(server.startupTimeoutMs)])
  const link = await openLink(server, ctx, sdk, limit)
  const client = createClient(server, listener, ctx, sdk)
  let isGone = false
  client.onclose = () => {
    isGone = true
  }
  try {
    await raceAbort(client.connect(link.transport, { signal: limit, timeout: server.startupTimeoutMs }), limit)
  } catch (error) {
    await link.describeEnd()
    const reason = signal.aborted
      ? signal.reason
      : new Error([startProblem(error, server, link, sdk), link.held].filter(Boolean).join('. '))
    await client.close().catch(() => undefined)
    await link.close()
    throw reason
  }
  if (client.getServerCapabilities()?.logging) void client.setLoggingLevel('error').catch(() => undefined)
  return {
    client,
    held: link.held,
    takeRefusedHosts: () => link.takeRefusedHosts(),
    async ended() {
      if (!isGone) return undefined
      await link.describeEnd()
      return link.describe('it has ended')
    },
    async close() {
      await link.close()
      await client.close().catch(() => undefined)
    },
  }
}

interface Link {
  readonly transport: Parameters<Client['connect']>[0]
  /** A problem, and what its program said of it. */
  describe(problem: string): string
  /** See `Connection`. */
  readonly held: string
  /** See `Connection`. */
  takeRefusedHosts(): readonly string[]
  /** Resolves once what the program says at its end is there. */
  describeEnd(): Promise<void>
  close(): Promise<void>
}

async function openLink(
  server: ServerSettings,
  ctx: ToolSourceContext,
  sdk: McpSdk,
  signal: AbortSignal,
): Promise<Link> {
  if (server.command !== undefined) return await openProgram(server, server.command, ctx, sdk, signal)
  if (server.url === undefined) throw new Error('it has neither a command nor a url')
  const transport = createHttpTransport(server.url, server, ctx, sdk)
  return {
    transport,
    describe: (problem) => problem,
    held: '',
    takeRefusedHosts: () => [],
    describeEnd: async () => undefined,
    async close() {
      // The server may forget the session; one that does not answer is left alone.
      await Promise.race([transport.terminateSession().catch(() => undefined), wait(500)])
      await transport.close()
    },
  }
}

async function openProgram(
  server: ServerSettings,
  command: string,
  ctx: ToolSourceContext,
  sdk: McpSdk,
  signal: AbortSignal,
): Promise<Link> {
  const handedOn = server.env_vars.flatMap((name) => {
    const value = ctx.env(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const service: Service = await ctx.start(
    {
      name: `MCP server ${server.name}`,
      argv: [command, ...server.args],
      env: { ...Object.fromEntries(handedOn), ...server.env },
      hold: {
        isUsers: server.isUsers,
        writable: server.writable,
        network: server.network,
        ...(server.profile !== undefined && { profile: server.profile }),
      },
      ...(server.cwd !== undefined && { cwd: server.cwd }),
    },
    signal,
  )
  const transport = createServiceTransport(service, sdk)
  let exitCode: number | undefined
  void service.exited.then((code) => {
    exitCode = code
  })
  return {
    transport,
    held: heldText(server, service.confinement),
    takeRefusedHosts: () => service.takeRefusedHosts(),
    describe(problem) {
      const stray = transport.strayLine()
      return [
        exitCode === undefined ? problem : `${problem} with exit code ${exitCode}`,
        ...(stray === undefined ? [] : [`its standard output had a line that is no message: ${ctx.redact(stray)}`]),
        ...lastWords(service.errorText()),
      ].join('; ')
    },
    async describeEnd() {
      await Promise.race([service.exited, wait(100)])
    },
    close: () => transport.close(),
  }
}

function createClient(
  server: ServerSettings,
  listener: ConnectionListener,
  ctx: ToolSourceContext,
  sdk: McpSdk,
): Client {
  const client = new sdk.Client(
    { name: 'codex', version: ctx.version },
    { capabilities: { elicitation: { form: {} }, roots: {} } },
  )
  client.setRequestHandler(sdk.ListRootsRequestSchema, () => ({
    roots: [{ uri: pathToFileURL(ctx.workspaceRoot).href, name: 'workspace' }],
  }))
  client.setRequestHandler(sdk.ElicitRequestSchema, async ({ params }, { signal }) =>
    'requestedSchema' in params ? await answerElicitation(server.name, params, ctx, signal) : { action: 'decline' },
  )
  client.fallbackRequestHandler = async ({ method }) => {
    const why = method.startsWith('sampling/') ? 'a server is not given the use of a model' : 'it is not known'
    throw new sdk.McpError(sdk.ErrorCode.MethodNotFound, `codex does not answer ${method}: ${why}`)
  }
  client.setNotificationHandler(sdk.LoggingMessageNotificationSchema, ({ params: { level, data } }) => {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    if (toldLevels.has(level)) listener.log(`${level}: ${text.slice(0, 500)}`)
  })
  client.setNotificationHandler(sdk.ToolListChangedNotificationSchema, () => listener.toolsChanged())
  return client
}

/** How a program is held, and the keys that let it do more. */
function heldText({ name }: ServerSettings, { isUnheld, summary, network }: ServiceConfinement): string {
  if (isUnheld) return ''
  const keys = network === 'all' ? 'writable' : 'writable and network'
  return `It runs under ${summary}. If it needs more, ${keys} in [mcp_servers.${name}] of your own config.toml say what`
}

/** What kept a server from starting, for people. */
function startProblem(error: unknown, server: ServerSettings, link: Link, sdk: McpSdk): string {
  if (error instanceof sdk.StreamableHTTPError && (error.code === 401 || error.code === 403)) {
    const words = error.code === 401 ? '401 Unauthorized' : '403 Forbidden'
    const hint =
      server.bearer_token_env_var === undefined
        ? 'name the variable of its token in bearer_token_env_var'
        : `look at the token in ${server.bearer_token_env_var}`
    return `it answered ${words}; ${hint}`
  }
  const isLate =
    (error instanceof Error && error.name === 'TimeoutError') ||
    (error instanceof sdk.McpError && error.code === sdk.ErrorCode.RequestTimeout)
  if (isLate) {
    return link.describe(`it did not answer within ${server.startupTimeoutMs / 1000} s (startup_timeout_sec)`)
  }
  const isClosed = error instanceof Error && 'code' in error && error.code === 'EPIPE'
  if (isClosed || (error instanceof sdk.McpError && error.code === sdk.ErrorCode.ConnectionClosed)) {
    return link.describe('it ended before it answered')
  }
  return link.describe(httpAnswer(error) ?? causeText(error))
}

/** A message with the one below it, which says more where a request did not get through. */
function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && !error.message.includes(cause.message)
    ? `${error.message}: ${cause.message}`
    : error.message
}

/** The line that names the error, where there is one: behind it come frames of the stack and the version of Node. Else the last lines. */
function lastWords(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const named = lines.findLast((line) => /^\s*(?:Uncaught )?[\w.]*(?:Error|Exception)(?: \[\w+\])?: /.test(line))
  const said = named === undefined ? lines.slice(-3) : [named]
  return said.length === 0 ? [] : [`it said: ${said.map((line) => line.trim()).join(' / ')}`]
}

async function wait(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
