import { unsetInFile } from '../../../config/change-config.ts'
import { explainValue } from '../../../config/explain-value.ts'
import { readConfig } from '../../../config/read-config.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { changeResult } from '../../change-result.ts'
import { configInputs } from '../../config-inputs.ts'
import { configTarget, keyArgument, unsetKey } from '../../config-key.ts'

export default class ConfigUnset extends BaseCommand {
  static override summary = 'Remove one key or table from your configuration, or with -p NAME from NAME.config.toml.'
  static override args = { key: Args.string({ required: true, description: 'Dotted key.', ignoreStdin: true }) }
  static override flags = {
    project: Flags.boolean({ description: "From this repository's .codex/config.toml.", exclusive: ['profile'] }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigUnset)
    const inputs = configInputs(this.config, flags)
    const path = keyArgument(args.key)
    const read = await readConfig(inputs.options)
    const target = await configTarget(inputs, read.markers, flags.project)
    const change = await unsetInFile(target, path)
    if (!change.changed && 'loaded' in read) {
      const { said, field } = explainValue(path, read.loaded)
      const keys = read.loaded.entries.map(({ key }) => key)
      if (!said && !field) throw unsetKey(path, keys)
    }
    this.print(await changeResult(change, path, target, inputs), flags)
  }
}
