import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { mcpServerProfiles } from '../../../runtime/mcp-server-profiles.ts'
import { configInputs } from '../../config-inputs.ts'
import { configuredServers } from '../../mcp/configured-servers.ts'
import {
  capabilityFields,
  maskedVariables,
  noSuchServer,
  profileFields,
  serverFields,
  shownUrl,
} from '../../mcp/describe-server.ts'
import { quoteWords } from '../../quote-words.ts'

export default class McpGet extends BaseCommand {
  static override summary = 'Show one MCP server of the configuration.'
  static override args = { name: Args.string({ required: true, description: 'What it is called.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(McpGet)
    const inputs = configInputs(this.config, flags)
    const servers = await configuredServers(inputs)
    const table = servers.find(([name]) => name === args.name)?.[1]
    if (!table) throw noSuchServer(args.name)
    const held = profileFields((await mcpServerProfiles(inputs.runtime)).get(args.name))
    const { enabled, transport, ...rest } = serverFields(args.name, table)
    const tools = { enabled_tools: table.enabled_tools ?? null, disabled_tools: table.disabled_tools ?? null }
    const served = capabilityFields(table)
    const where =
      transport.type === 'stdio'
        ? [
            `  command: ${transport.command}`,
            `  args: ${transport.args.join(' ') || '-'}`,
            `  cwd: ${transport.cwd ?? '-'}`,
            `  env: ${maskedVariables(table)}`,
            `  runs under: ${held.runs_under}`,
          ]
        : transport.type === 'none'
          ? ['  It has neither a command nor a url.']
          : [`  url: ${shownUrl(table)}`, `  bearer_token_env_var: ${transport.bearer_token_env_var ?? '-'}`]
    const text = [
      args.name,
      `  enabled: ${enabled}`,
      `  transport: ${transport.type}`,
      ...where,
      ...(tools.enabled_tools ? [`  enabled_tools: ${tools.enabled_tools.join(', ')}`] : []),
      ...(tools.disabled_tools ? [`  disabled_tools: ${tools.disabled_tools.join(', ')}`] : []),
      ...Object.entries(served.capabilities ?? {}).map(([name, tool]) => `  ${name}: by ${tool}`),
      `  try: codex mcp test ${quoteWords([args.name])}`,
      `  remove: codex mcp remove ${quoteWords([args.name])}`,
    ].join('\n')
    this.print({ text, data: { ...rest, enabled, transport, ...tools, ...served, ...held } }, flags)
  }
}
