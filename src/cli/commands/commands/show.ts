import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class CommandsShow extends BaseCommand {
  static override summary = 'Explain one slash command: usage, arguments, permissions, file.'
  static override args = { name: Args.string({ required: true, description: 'Its name.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CommandsShow)
    await this.printHandled('help', [args.name], flags)
  }
}
