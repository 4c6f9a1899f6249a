import { stringifyToml } from '../../../config/toml.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class AgentsShow extends BaseCommand {
  static override summary = 'Show one agent as it is in force.'
  static override args = { id: Args.string({ required: true, description: 'Its id or alias.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsShow)
    const kernel = await this.kernel(flags)
    const { value, origin, shadows } = await kernel.agent(args.id)
    const text = `# ${origin.file}\n${stringifyToml(value)}`.trimEnd()
    this.print({ text, data: { ...value, origin, shadows } }, flags)
  }
}
