import { join } from 'node:path'
import { Flags } from '../plugin-api/base-command.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { type AuditedDecision, findDecision } from '../security/audit/query-audit.ts'

/** Flags of the commands that read the audit log: they are the fields of a query. */
export const auditQueryFlags = {
  thread: Flags.string({ description: 'Decisions of this thread: its id, or the beginning of it.' }),
  outcome: Flags.option({ options: ['allow', 'deny'] as const, description: 'Only these.' })(),
  kind: Flags.string({
    description: 'Kind of action: exec, read, read_tree, write, network, tool, delegate, permission, input.',
  }),
  since: Flags.string({ description: 'From this time on, in UTC: 2026-03-04, or 2026-03-04T05:06.' }),
  text: Flags.string({ description: 'Only where this text stands in the action, the layer, the rule or the reason.' }),
}

/** Where the audit log of a home lies. */
export function auditDirectory({ codexHome }: { readonly codexHome: string }): string {
  return join(codexHome, 'audit')
}

/** The decision that a person named. @throws CodexError `usage.arguments` where there is none */
export async function decisionNamed(id: string, home: { readonly codexHome: string }): Promise<AuditedDecision> {
  const decision = await findDecision(auditDirectory(home), id)
  if (decision !== undefined) return decision
  const isLast = id.toUpperCase() === 'LAST'
  throw new CodexError(
    'usage.arguments',
    isLast ? 'The audit log holds no decision yet' : `No decision of the audit log has the id "${id}"`,
    {
      hint: isLast ? 'Run something first.' : 'codex audit query lists them with their ids; LAST is the newest denial.',
    },
  )
}
