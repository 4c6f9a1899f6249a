import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { askedDecisions, auditQueryFlags } from '../../audit-query.ts'
import { auditStats, auditStatsText } from '../../audit-stats.ts'

export default class AuditStats extends BaseCommand {
  static override summary = 'Count the decisions of the audit log: by kind of action, and denials by layer.'
  static override flags = auditQueryFlags

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditStats)
    const stats = auditStats(await askedDecisions(flags, await this.kernel(flags)))
    this.print({ text: auditStatsText(stats), data: stats }, flags)
  }
}
