import type { Action, Decision } from '../../plugin-api/index.ts'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { Verdict } from './verdict.ts'

type DecisionRecord = Extract<AuditRecord, { type: 'decision' }>

/** What the log has of a decision: without the hint, which is for whoever was refused, and with what only the gate knows. */
export function auditRecordOf(
  { auditId: _, hint: __, ...fields }: Decision,
  { argv, backend, path }: Verdict,
  threadId: string,
): AuditRecord {
  const { outcome, action } = fields
  return {
    type: 'decision',
    thread: threadId,
    ...fields,
    ...(argv !== undefined && { argv }),
    ...(outcome === 'allow' && backend !== undefined && { backend }),
    ...(outcome === 'deny' && refusedBy(action, path)),
  }
}

/** The hosts and the paths that a denial kept from being reached. */
function refusedBy(action: Action, path: string | undefined): Pick<DecisionRecord, 'deniedHosts' | 'deniedPaths'> {
  switch (action.kind) {
    case 'network':
      return { deniedHosts: [`${action.host}:${action.port}`] }
    case 'permission':
      return action.of === 'network' ? { deniedHosts: [action.subject] } : { deniedPaths: [action.subject] }
    case 'read':
    case 'read_tree':
    case 'write':
      return { deniedPaths: [action.path] }
    case 'exec': {
      const paths = path === undefined ? (action.opens ?? []).map((opening) => opening.path) : [path]
      return paths.length === 0 ? {} : { deniedPaths: paths }
    }
    default:
      return {}
  }
}
