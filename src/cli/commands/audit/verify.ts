import { join } from 'node:path'
import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { verifyAudit } from '../../../security/audit/verify-audit.ts'

export default class AuditVerify extends BaseCommand {
  static override summary = 'Check that no line of the audit log was changed, removed or reordered.'

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditVerify)
    const kernel = await this.kernel(flags)
    const verdict = await verifyAudit(join(kernel.codexHome, 'audit'))
    const text = verdict.ok
      ? `${verdict.records} records, every chain whole`
      : `${verdict.file}:${verdict.line}: ${verdict.problem} (${verdict.records} records before it are right)`
    this.print({ text, data: verdict, exitCode: verdict.ok ? 0 : 1 }, flags)
  }
}
