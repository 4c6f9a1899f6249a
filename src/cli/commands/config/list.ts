import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class ConfigList extends BaseCommand {
  static override summary = 'Show the configuration in force, and which layer says each value.'
  static override args = { key: Args.string({ description: 'Only keys that start so.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigList)
    await this.printHandled('config', args.key === undefined ? [] : [args.key], flags)
  }
}
