import { mergeLayers } from '../../../config/config-layer.ts'
import { explainValue } from '../../../config/explain-value.ts'
import { loadConfig } from '../../../config/load-config.ts'
import { redactConfigValue } from '../../../config/redact-config-value.ts'
import { stringifyToml, tomlKey, tomlLiteral } from '../../../config/stringify-toml.ts'
import { isTable, valueAt } from '../../../config/table.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'
import { keyArgument, unsetKey } from '../../config-key.ts'
import { securityWithout } from '../../security-text.ts'

export default class ConfigGet extends BaseCommand {
  static override summary = 'Print the value of one key that is in force; exit 1 where none is.'
  static override args = { key: Args.string({ required: true, description: 'Dotted key.', ignoreStdin: true }) }
  static override examples = ['<%= config.bin %> config get model', '<%= config.bin %> config get agents']

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigGet)
    const path = keyArgument(args.key)
    const { options, runtime } = configInputs(this.config, flags)
    const loaded = await loadConfig(options)
    const value = redactConfigValue(path, valueAt(mergeLayers(loaded.layers), path))
    if (value === undefined) {
      const keys = loaded.entries.map(({ key }) => key)
      throw unsetKey(path, keys, await securityWithout(tomlKey(path), runtime))
    }
    // A table is put together from all layers.
    const from = isTable(value) ? {} : explainValue(path, loaded).said
    this.print({ text: valueText(value), data: { key: tomlKey(path), ...from, value } }, flags)
  }
}

function valueText(value: unknown): string {
  if (isTable(value)) return stringifyToml(value).trimEnd()
  return typeof value === 'string' ? value : tomlLiteral(value)
}
