import { join } from 'node:path'

/** Where an audit log lies, and what shows that its end is its end. */
export interface AuditPlace {
  /** Directory of the records. */
  readonly logDir: string
  /** Directory of the heads: kept apart, so that changing the log alone shows. */
  readonly headsDir: string
}

/** Names of both in CODEX_HOME. */
export const auditDirNames = { log: 'audit', heads: 'audit-heads' } as const

/** The places of a home's audit log. */
export function auditPlace(codexHome: string): AuditPlace {
  return { logDir: join(codexHome, auditDirNames.log), headsDir: join(codexHome, auditDirNames.heads) }
}
