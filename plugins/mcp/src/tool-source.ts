import {
  CodexError,
  defineToolSource,
  isCodexError,
  type SourceCapability,
  type SourceProblem,
  type ToolSourceContext,
} from 'codex-kernel/plugin-api'
import { type OpenServer, openServer } from './open-server.ts'
import { readServers, type ServerSettings } from './server-settings.ts'

/** Of what a server says of its use; it is sent with every request. */
const maxInstructionsLength = 4000

/** Opens the MCP servers of a thread, all at once. One that is `required` stops the thread where it does not start. */
export const toolSource = defineToolSource({
  id: 'mcp',
  async open(ctx, signal) {
    const { servers, problems } = chooseServers(ctx)
    const results = await Promise.allSettled(servers.map((server) => openServer(server, ctx, signal)))
    const opened = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    const close = async () => {
      await Promise.all(opened.map((server) => server.close()))
    }
    const failures = results.flatMap((result, index) => {
      const server = servers[index]
      return result.status === 'rejected' && server ? { server, reason: ctx.redact(messageOf(result.reason)) } : []
    })
    const missing = failures.filter(({ server }) => server.required)
    if (signal.aborted || missing.length > 0) {
      await close()
      signal.throwIfAborted()
      throw new CodexError(
        'mcp.required',
        `required MCP servers failed to initialize: ${missing.map(({ server, reason }) => `${server.name}: ${reason}`).join('; ')}`,
        { hint: `See codex mcp test ${missing[0]?.server.name}, or set required = false.` },
      )
    }
    return {
      problems: [
        ...problems,
        ...servers.flatMap(unheard),
        ...failures.map(({ server: { name }, reason }) => ({
          message: `The MCP server ${name} is not there, so its tools cannot be used: ${reason}`,
          hint: `See codex mcp test ${name}.`,
        })),
      ],
      instructions: opened.flatMap(({ name, instructions }) =>
        instructions ? { group: `MCP server ${name}`, text: instructions.slice(0, maxInstructionsLength) } : [],
      ),
      tools: listOf(opened),
      capabilities: servers.flatMap(capabilitiesOf),
      prompts: async (abort) => (await Promise.all(opened.map((server) => server.prompts(abort)))).flat(),
      news: () => opened.flatMap((server) => server.news()),
      close,
    }
  },
})

/** The default agent has all servers, any other one those that its file lists. */
function chooseServers(ctx: ToolSourceContext): {
  readonly servers: readonly ServerSettings[]
  readonly problems: readonly SourceProblem[]
} {
  const all = readServers(ctx.settings, ctx.userSettings)
  const { agent } = ctx
  const listed = agent?.mcpServers
  const unknown = (listed ?? []).filter((name) => !all.some((server) => server.name === name))
  return {
    servers: all.filter(({ name, enabled }) => enabled && (listed?.includes(name) ?? true) && ctx.isUsable(name)),
    problems: unknown.map((name) => ({
      message: `The agent ${agent?.id} lists the MCP server ${name}, which the configuration does not have`,
      hint: `Add it: codex mcp add ${name} -- COMMAND.`,
    })),
  }
}

/** What the person has its tools serve. */
function capabilitiesOf({ name, isUsers, capabilities }: ServerSettings): readonly SourceCapability[] {
  if (!isUsers) return []
  return Object.entries(capabilities).map(([capability, served]) => {
    const { tool, arguments: names } = typeof served === 'string' ? { tool: served, arguments: undefined } : served
    return { capability, group: name, tool, ...(names && { arguments: names }) }
  })
}

/** What a repository says of a program that counts in the user's own configuration alone. */
function unheard({ name, isUsers, writable, network, capabilities }: ServerSettings): readonly SourceProblem[] {
  const keys = [
    ...(writable.length > 0 ? ['writable'] : []),
    ...(network.length > 0 ? ['network'] : []),
    ...(Object.keys(capabilities).length > 0 ? ['capabilities'] : []),
  ]
  if (isUsers || keys.length === 0) return []
  return [
    {
      message: `${keys.join(' and ')} of the MCP server ${name} open nothing, since the repository has a part in its table`,
      hint: `Say the whole of [mcp_servers.${name}] in your own config.toml.`,
    },
  ]
}

/** The same list as long as no server has another one: names and specs are then not made again. */
function listOf(opened: readonly OpenServer[]) {
  let parts: readonly unknown[] = []
  let list: ReturnType<OpenServer['tools']> = []
  return () => {
    const now = opened.map((server) => server.tools())
    if (now.length !== parts.length || now.some((part, index) => part !== parts[index])) {
      parts = now
      list = now.flat()
    }
    return list
  }
}

/** With what can be done, where the error says it. */
function messageOf(error: unknown): string {
  if (isCodexError(error) && error.hint !== undefined) return `${error.message}. ${error.hint.replace(/\.$/, '')}`
  return error instanceof Error ? error.message : String(error)
}
