import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class CommandsList extends BaseCommand {
  static override summary = 'List the slash commands, and where each comes from.'
  static override args = { category: Args.string({ description: 'Only this category.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CommandsList)
    await this.printHandled('commands', args.category === undefined ? [] : [args.category], flags)
  }
}
