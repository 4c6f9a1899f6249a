import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'
import { removeServer } from '../../mcp/change-server.ts'

export default class McpRemove extends BaseCommand {
  static override summary = 'Take an MCP server out of your configuration.'
  static override args = { name: Args.string({ required: true, description: 'What it is called.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(McpRemove)
    const { wasThere, notes } = await removeServer(args.name, configInputs(this.config, flags))
    const text = wasThere ? `Removed global MCP server '${args.name}'.` : `No MCP server named '${args.name}' found.`
    this.print({ text: [text, ...notes].join('\n'), data: { name: args.name, removed: wasThere, notes } }, flags)
  }
}
