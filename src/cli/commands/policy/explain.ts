import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { createExecPolicy } from '../../../security/exec-policy/exec-policy.ts'
import { explainScript } from '../../../security/exec-policy/explain-script.ts'
import { scriptExplanationText } from '../../policy-text.ts'

export default class PolicyExplain extends BaseCommand {
  static override summary =
    'Say for each command of a line which rules speak of it, which decides, and what would allow it.'
  static override args = {
    script: Args.string({ required: true, description: 'The command line.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyExplain)
    const kernel = await this.kernel(flags)
    const explained = await explainScript(args.script, createExecPolicy(await kernel.policies()))
    this.print({ text: scriptExplanationText(explained), data: explained }, flags)
  }
}
