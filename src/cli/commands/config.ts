import { Args, BaseCommand } from '../../plugin-api/base-command.ts'
import { configList } from '../config-list.ts'

export default class ConfigShow extends BaseCommand {
  static override summary = 'Show the configuration in force, and which layer says each value.'
  static override args = { key: Args.string({ description: 'Only keys that start so.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigShow)
    const result = await configList(args.key, await this.kernel(flags), this.signal)
    if (result) this.print(result, flags)
  }
}
