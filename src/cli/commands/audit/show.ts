import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { decisionNamed } from '../../audit-query.ts'

export default class AuditShow extends BaseCommand {
  static override summary = 'Show one decision of the audit log as it stands there, and its outcome.'
  static override args = {
    id: Args.string({ required: true, description: 'Id of the decision, or LAST.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AuditShow)
    const decision = await decisionNamed(args.id, await this.kernel(flags))
    this.print({ text: JSON.stringify(decision, null, 2), data: decision }, flags)
  }
}
