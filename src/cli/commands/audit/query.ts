import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { askedDecisions, auditQueryFlags } from '../../audit-query.ts'
import { decisionLine } from '../../audit-text.ts'

export default class AuditQuery extends BaseCommand {
  static override summary = 'List decisions of the audit log, the newest last.'
  static override examples = ['<%= config.bin %> audit query --outcome deny --since 2026-03-04']
  static override flags = {
    ...auditQueryFlags,
    limit: Flags.integer({ char: 'n', min: 1, default: 50, description: 'The newest so many.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditQuery)
    const found = await askedDecisions(flags, await this.kernel(flags), flags.limit + 1)
    const decisions = found.slice(-flags.limit)
    this.print({ text: decisions.map(decisionLine).join('\n') || 'No such decision.', data: decisions }, flags)
    if (found.length > decisions.length)
      this.logToStderr(
        `These are the newest ${decisions.length}; there are older ones: -n ${flags.limit * 10} shows more.`,
      )
  }
}
