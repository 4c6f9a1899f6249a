import { join } from 'node:path'
import { Args, BaseCommand, Flags } from '../../../../plugin-api/base-command.ts'
import { writeNewRule } from '../../../scan/new-rule.ts'

export default class ScanRulesNew extends BaseCommand {
  static override summary = 'Write a small working scan rule to edit.'
  static override args = { id: Args.string({ required: true, description: 'Id of the rule.', ignoreStdin: true }) }
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/scan-rules." }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ScanRulesNew)
    const { codexHome, workspaceRoot } = await this.kernel(flags)
    this.print(await writeNewRule(args.id, flags.project ? join(workspaceRoot, '.codex') : codexHome), flags)
  }
}
