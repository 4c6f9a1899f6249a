import { Args, BaseCommand } from '../../../../plugin-api/base-command.ts'
import { showRule } from '../../../scan/show-rules.ts'

export default class ScanRulesShow extends BaseCommand {
  static override summary = 'Show one rule: what it finds, why, the fix, its examples, and its file.'
  static override args = { id: Args.string({ required: true, description: 'Id of the rule.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ScanRulesShow)
    this.print(await showRule(args.id, await this.kernel(flags)), flags)
  }
}
