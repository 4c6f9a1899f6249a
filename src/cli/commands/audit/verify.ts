import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { verifyAudit } from '../../../security/audit/verify-audit.ts'
import { auditDirectory } from '../../audit-query.ts'

export default class AuditVerify extends BaseCommand {
  static override summary = 'Check that no line of the audit log was changed, removed or reordered.'
  static override flags = {
    head: Flags.string({
      description: 'A head that --json printed earlier and that was kept elsewhere: its record has to be there.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditVerify)
    const kernel = await this.kernel(flags)
    const verdict = await verifyAudit(auditDirectory(kernel), flags.head)
    const text = verdict.ok
      ? `${verdict.records} records, every chain whole`
      : `${verdict.file}:${verdict.line}: ${verdict.problem} (${verdict.records} records before it are right)`
    this.print({ text, data: verdict, exitCode: verdict.ok ? 0 : 1 }, flags)
  }
}
