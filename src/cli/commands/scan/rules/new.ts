import { join } from 'node:path'
import { Args, BaseCommand, Flags } from '../../../../plugin-api/base-command.ts'
import { writeNewRule } from '../../../scan/new-rule.ts'
import { ruleKind } from '../../../scan/rule-facts.ts'

export default class ScanRulesNew extends BaseCommand {
  static override summary = 'Write a small working scan rule to edit.'
  static override args = { id: Args.string({ required: true, description: 'Id of the rule.', ignoreStdin: true }) }
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/scan-rules." }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ScanRulesNew)
    const kernel = await this.kernel(flags)
    const { codexHome, workspaceRoot } = kernel
    const replaced = (await kernel.definitions(ruleKind)).find(({ id }) => id === args.id)?.origin
    const home = flags.project ? join(workspaceRoot, '.codex') : codexHome
    this.print(await writeNewRule(args.id, home, replaced), flags)
  }
}
