import { Args, BaseCommand } from '../../plugin-api/base-command.ts'
import { configInputs } from '../config-inputs.ts'
import { configList } from '../config-list.ts'

export default class ConfigShow extends BaseCommand {
  static override summary = 'Show the configuration in force, and which layer says each value.'
  static override args = { key: Args.string({ description: 'Only keys that start so.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigShow)
    const { runtime } = configInputs(this.config, flags)
    const kernel = await this.kernel(flags)
    const result = await configList(args.key, { kernel, runtime }, this.signal)
    if (result) this.print(result, flags)
  }
}
