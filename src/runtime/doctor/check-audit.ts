import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import { auditPlace } from '../../security/audit/audit-place.ts'
import { verifyAudit } from '../../security/audit/verify-audit.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Whether the chain of the audit log is whole. */
export async function checkAudit({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const verdict = await verifyAudit(auditPlace(kernel.codexHome))
  if (verdict.ok) return [{ name: 'audit', status: 'ok', detail: `${verdict.records} records, chain whole` }]
  const detail = `${verdict.file}:${verdict.line}: ${verdict.problem}`
  return [
    {
      name: 'audit',
      status: 'error',
      detail,
      fix: 'Somebody changed the log. Keep it for an inquiry, then move it away.',
    },
  ]
}
