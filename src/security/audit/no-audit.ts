import type { AuditLog } from './open-audit.ts'

/** For a gate that acts on a person's own word, or decides what is not done: nothing is recorded. */
export const noAudit: Pick<AuditLog, 'append' | 'appendSoon'> = { append: async () => '', appendSoon: () => {} }
