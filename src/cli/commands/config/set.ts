import { setInFile } from '../../../config/change-config.ts'
import { parseTypedValue } from '../../../config/parse-key-path.ts'
import { readConfig } from '../../../config/read-config.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { changeResult } from '../../change-result.ts'
import { configInputs } from '../../config-inputs.ts'
import { configTarget, keyArgument } from '../../config-key.ts'

export default class ConfigSet extends BaseCommand {
  static override summary = 'Set one key of your configuration, or with -p NAME of NAME.config.toml.'
  static override args = {
    key: Args.string({ required: true, description: 'Dotted key.', ignoreStdin: true }),
    value: Args.string({ required: true, description: 'TOML; what is no TOML is text.', ignoreStdin: true }),
  }
  static override flags = {
    project: Flags.boolean({ description: "Into this repository's .codex/config.toml.", exclusive: ['profile'] }),
    'allow-unknown': Flags.boolean({ description: 'Write a key that the schema does not know.' }),
  }
  static override examples = [
    '<%= config.bin %> config set model gpt-5.5',
    '<%= config.bin %> config set agents.activation_threshold 0.7 --project',
    `<%= config.bin %> config set 'plugins."@acme/lint".enabled' false`,
  ]

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet)
    const inputs = configInputs(this.config, flags)
    const path = keyArgument(args.key)
    const { markers } = await readConfig(inputs.options)
    const target = await configTarget(inputs, markers, flags.project)
    const change = await setInFile(target, path, parseTypedValue(args.value.trim()), {
      allowUnknown: flags['allow-unknown'],
    })
    this.print(await changeResult(change, path, target, inputs), flags)
  }
}
