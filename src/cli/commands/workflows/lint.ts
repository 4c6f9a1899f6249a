import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { lintResult } from '../../lint-result.ts'

export default class WorkflowsLint extends BaseCommand {
  static override summary = 'Check workflow files; without a file, all that are loaded.'
  static override strict = false
  static override args = { file: Args.string({ description: 'Files to check.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(WorkflowsLint)
    this.print(await lintResult(this.config, flags, { paths: argv.map(String), kind: 'workflow' }), flags)
  }
}
