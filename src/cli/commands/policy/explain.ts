import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { policyInForce } from '../../../runtime/policy-in-force.ts'
import { explainScript } from '../../../security/exec-policy/explain-script.ts'
import { configInputs } from '../../config-inputs.ts'
import { scriptExplanationText } from '../../policy-text.ts'

export default class PolicyExplain extends BaseCommand {
  static override summary =
    'Say for each command of a line which rules speak of it, which decides, and what would allow it.'
  static override args = {
    script: Args.string({ required: true, description: 'The command line.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyExplain)
    const { runtime } = configInputs(this.config, flags)
    const explained = await explainScript(args.script, await policyInForce(runtime))
    this.print({ text: scriptExplanationText(explained), data: explained }, flags)
  }
}
