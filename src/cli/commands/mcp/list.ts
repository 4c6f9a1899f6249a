import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { mcpServerProfiles } from '../../../runtime/mcp-server-profiles.ts'
import { configInputs } from '../../config-inputs.ts'
import { configuredServers } from '../../mcp/configured-servers.ts'
import {
  authStatus,
  columns,
  maskedVariables,
  profileFields,
  serverFields,
  shownUrl,
} from '../../mcp/describe-server.ts'

export default class McpList extends BaseCommand {
  static override summary = 'List the MCP servers of the configuration.'

  async run(): Promise<void> {
    const { flags } = await this.parse(McpList)
    const inputs = configInputs(this.config, flags)
    const servers = await configuredServers(inputs)
    const profiles = servers.length > 0 ? await mcpServerProfiles(inputs.runtime) : undefined
    const data = servers.map(([name, table]) => ({
      ...serverFields(name, table),
      auth_status: authStatus(table),
      ...profileFields(profiles?.get(name)),
    }))
    const status = (enabled = true) => (enabled ? 'enabled' : 'disabled')
    const programs = servers.flatMap(([name, table]) =>
      table.command === undefined
        ? []
        : [
            [
              name,
              table.command,
              table.args?.join(' ') || '-',
              maskedVariables(table),
              table.cwd ?? '-',
              status(table.enabled),
              profileFields(profiles?.get(name)).profile ?? '?',
            ],
          ],
    )
    const remote = servers.flatMap(([name, table]) =>
      table.command === undefined && table.url !== undefined
        ? [[name, shownUrl(table), table.bearer_token_env_var ?? '-', status(table.enabled), authStatus(table)]]
        : [],
    )
    const neither = servers.flatMap(([name, table]) =>
      serverFields(name, table).transport.type === 'none'
        ? [[name, status(table.enabled), 'It has neither a command nor a url.']]
        : [],
    )
    const tables = [
      ...(programs.length > 0
        ? [columns([['Name', 'Command', 'Args', 'Env', 'Cwd', 'Status', 'Profile'], ...programs])]
        : []),
      ...(remote.length > 0 ? [columns([['Name', 'Url', 'Bearer Token Env Var', 'Status', 'Auth'], ...remote])] : []),
      ...(neither.length > 0 ? [columns([['Name', 'Status', 'Problem'], ...neither])] : []),
    ]
    const none = 'No MCP servers configured yet. Try `codex mcp add my-tool -- my-command`.'
    this.print({ text: tables.join('\n\n') || none, data }, flags)
  }
}
