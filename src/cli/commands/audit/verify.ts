import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
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
    const head = flags.head?.toLowerCase()
    if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
      throw new CodexError('usage.arguments', `--head ${flags.head} is no head`, {
        hint: 'A head is the 64 hexadecimal digits that codex audit verify --json printed as "head".',
      })
    }
    const kernel = await this.kernel(flags)
    const verdict = await verifyAudit(auditPlace(kernel.codexHome), head)
    this.print({ text: auditVerdictText(verdict), data: verdict, exitCode: verdict.ok ? 0 : 1 }, flags)
  }
}
