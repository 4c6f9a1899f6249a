import { join } from 'node:path'
import { readConfig, workspaceOf } from '../../../config/read-config.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'
import { copySchemas } from '../../copy-schemas.ts'

export default class ConfigSchemas extends BaseCommand {
  static override summary = 'Write the JSON Schemas of all kinds of files to $CODEX_HOME/schemas, for editors.'
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/schemas." }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigSchemas)
    const { options } = configInputs(this.config, flags)
    const root = flags.project ? (await workspaceOf(await readConfig(options), options.cwd)).root : undefined
    const files = await copySchemas(this.config.root, root === undefined ? options.codexHome : join(root, '.codex'))
    const hint = 'First line of config.toml, for editors: #:schema schemas/config.schema.json'
    this.print({ text: [...files, hint].join('\n'), data: files }, flags)
  }
}
