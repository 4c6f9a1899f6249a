import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { formatLocation } from '../../../plugin-api/diagnostic.ts'
import { exitCodes } from '../../../plugin-api/errors.ts'
import { policyInForce } from '../../../runtime/policy-in-force.ts'
import { checkScript } from '../../../security/exec-policy/check-script.ts'
import { configInputs } from '../../config-inputs.ts'

export default class PolicyTest extends BaseCommand {
  static override summary = 'Say what the exec policy answers for a command line, and which rule says so.'
  static override args = {
    script: Args.string({ required: true, description: 'The command line.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyTest)
    const { runtime } = configInputs(this.config, flags)
    const answer = await checkScript(args.script, await policyInForce(runtime))
    const place = formatLocation(answer)
    const text = [answer.answer, answer.rule, answer.justification, place].filter(Boolean).join('  ')
    this.print(
      { text, data: answer, exitCode: answer.answer === 'forbidden' ? exitCodes.denied : exitCodes.done },
      flags,
    )
  }
}
