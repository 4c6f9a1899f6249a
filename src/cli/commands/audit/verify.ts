import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { auditPlace } from '../../../security/audit/audit-place.ts'
import { verifyAudit } from '../../../security/audit/verify-audit.ts'
import { auditVerdictText } from '../../audit-text.ts'

export default class AuditVerify extends BaseCommand {
  static override summary = 'Check that no record of the audit log was changed, removed, reordered or cut off.'
  static override flags = {
    head: Flags.string({
      description: 'A head that --json printed earlier and that was kept elsewhere: its record has to be there.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditVerify)
    const kernel = await this.kernel(flags)
    const verdict = await verifyAudit(auditPlace(kernel.codexHome), flags.head)
    this.print({ text: auditVerdictText(verdict), data: verdict, exitCode: verdict.ok ? 0 : 1 }, flags)
  }
}
