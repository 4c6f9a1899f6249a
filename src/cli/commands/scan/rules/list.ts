import { BaseCommand, Flags } from '../../../../plugin-api/base-command.ts'
import { categories } from '../../../../plugin-api/finding.ts'
import { listRules } from '../../../scan/show-rules.ts'

export default class ScanRulesList extends BaseCommand {
  static override summary = 'List the rules that scans use.'
  static override aliases = ['scan:rules']
  static override flags = {
    language: Flags.string({ description: 'Rules for this language alone.' }),
    category: Flags.option({ options: categories, description: 'Rules of this category alone.' })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ScanRulesList)
    this.print(listRules(await this.kernel(flags).then((kernel) => kernel.definitions('scan-rule')), flags), flags)
  }
}
