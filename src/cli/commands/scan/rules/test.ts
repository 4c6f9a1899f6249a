import { Args, BaseCommand } from '../../../../plugin-api/base-command.ts'
import { testResult } from '../../../scan/show-rules.ts'

export default class ScanRulesTest extends BaseCommand {
  static override summary =
    'Try the examples that rules carry. Exit 1 where one does not behave as its rule says, or a rule has none or does not load.'
  static override strict = false
  static override args = { ids: Args.string({ description: 'Ids of rules. Default: all.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ScanRulesTest)
    this.print(await testResult(argv.map(String), flags, this.config, this.signal), flags)
  }
}
