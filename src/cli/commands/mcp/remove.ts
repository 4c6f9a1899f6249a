import { join } from 'node:path'
import { unsetInFile } from '../../../config/change-config.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'

export default class McpRemove extends BaseCommand {
  static override summary = 'Take an MCP server out of your configuration.'
  static override args = { name: Args.string({ required: true, description: 'What it is called.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(McpRemove)
    const { options } = configInputs(this.config, flags)
    const target = { layer: 'user', file: join(options.codexHome, 'config.toml') } as const
    const { changed } = await unsetInFile(target, ['mcp_servers', args.name])
    const text = changed ? `Removed global MCP server '${args.name}'.` : `No MCP server named '${args.name}' found.`
    this.print({ text, data: { name: args.name, removed: changed } }, flags)
  }
}
