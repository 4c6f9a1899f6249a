import { isFeatureOn, knownFeatures } from '../../../config/known-features.ts'
import { loadConfig } from '../../../config/load-config.ts'
import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'

export default class FeaturesList extends BaseCommand {
  static override summary = 'List what [features], --enable and --disable turn on and off.'

  async run(): Promise<void> {
    const { flags } = await this.parse(FeaturesList)
    const { config } = await loadConfig(configInputs(this.config, flags).options)
    const said = config.features ?? {}
    const rows = [
      ...knownFeatures.map((each) => ({ name: each.name, stage: each.stage, enabled: isFeatureOn(each, said) })),
      ...Object.keys(said)
        .filter((name) => !knownFeatures.some((feature) => feature.name === name))
        .map((name) => ({ name, stage: 'no effect', enabled: said[name] !== false })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1))
    const width = Math.max(...rows.map(({ name }) => name.length))
    const text = rows.map(({ name, stage, enabled }) => `${name.padEnd(width)}  ${stage.padEnd(12)}  ${enabled}`)
    this.print({ text: text.join('\n'), data: rows }, flags)
  }
}
