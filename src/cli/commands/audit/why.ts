import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { decisionNamed } from '../../audit-query.ts'
import { decisionText } from '../../audit-text.ts'

export default class AuditWhy extends BaseCommand {
  static override summary = 'Say why something was denied or allowed: by which layer, rule, file and line.'
  static override args = {
    id: Args.string({
      default: 'LAST',
      description: 'Id of the decision, or LAST: the newest denial.',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AuditWhy)
    const decision = await decisionNamed(args.id, await this.kernel(flags))
    this.print({ text: decisionText(decision), data: decision }, flags)
  }
}
