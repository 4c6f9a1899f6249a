import { auditPlace } from '../security/audit/audit-place.ts'
import { createNameHider } from '../security/audit/hide-names.ts'
import { type AuditLog, openAudit } from '../security/audit/open-audit.ts'
import type { Kernel } from './load-kernel.ts'

/** The audit log of a home; `redact` takes secrets out of what is kept. @throws CodexError `audit.unwritable` */
export async function openAuditLog(
  { codexHome, options, places }: Pick<Kernel, 'codexHome' | 'options' | 'places'>,
  redact: (text: string) => string,
): Promise<AuditLog> {
  const { now, env } = options
  return await openAudit(auditPlace(codexHome), { now, redact, hideNames: createNameHider(places.homeDir, env) })
}
