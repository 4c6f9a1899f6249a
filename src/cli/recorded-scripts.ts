import type { AuditedDecision } from '../security/audit/query-audit.ts'
import type { RecordedScript } from '../security/exec-policy/suggest-rules.ts'

/** The scripts of the audit log and whether somebody was asked about them; records that are not as they were written are left out. */
export function recordedScripts(decisions: readonly AuditedDecision[]): readonly RecordedScript[] {
  return decisions.flatMap(({ record, isWhole }) => {
    const script = record.action?.kind === 'exec' ? record.action.script : undefined
    return isWhole && typeof script === 'string' ? [{ script, was: whatWas(record) }] : []
  })
}

/** A question about files or hosts is not one that a rule for commands answers. */
function whatWas(record: AuditedDecision['record']): RecordedScript['was'] {
  const { outcome, approvedBy, requestId, layer, reason = '' } = record
  if (outcome === 'deny' && (requestId !== undefined || reason.includes('; it was refused'))) return 'refused'
  if (layer !== 'exec policy') return 'unasked'
  if (outcome === 'deny') return reason.endsWith('nobody can be asked') ? 'unanswered' : 'unasked'
  return approvedBy === undefined || approvedBy === 'grant' ? 'unasked' : 'allowed'
}
