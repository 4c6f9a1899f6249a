import { resolve } from 'node:path'
import { validateConfig } from '../../../config/validate-config.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'
import { problemsResult } from '../../problems-result.ts'

export default class ConfigValidate extends BaseCommand {
  static override summary =
    'Check configuration files; without a file, all that are in force. Exit 1 where one has an error.'
  static override strict = false
  static override args = { file: Args.string({ description: 'Files to check.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ConfigValidate)
    const inputs = configInputs(this.config, flags)
    const files = argv.map((file) => resolve(inputs.options.cwd, String(file)))
    this.print(problemsResult(await validateConfig(files, inputs.options)), flags)
  }
}
