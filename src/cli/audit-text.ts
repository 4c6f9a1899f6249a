import { terminalLine } from '../plugin-api/terminal-text.ts'
import type { AuditedDecision } from '../security/audit/query-audit.ts'
import type { AuditVerdict } from '../security/audit/verify-audit.ts'

/** What an action of the log is about, in few words. */
export function actionText(action: AuditedDecision['record']['action']): string {
  if (action === undefined) return ''
  const { kind, method, host, port, change } = action
  if (kind === 'network') return `${kind} ${method} ${host}:${port}`
  const subject = action.script ?? action.path ?? action.tool ?? action.agent ?? action.subject ?? action.text ?? ''
  return [change ?? kind, subject].join(' ')
}

/** A decision on one line. */
export function decisionLine({ id, record, result }: AuditedDecision): string {
  const outcome = record.outcome === 'deny' ? `deny  (${record.layer})` : `allow (${resultText(result)})`
  return terminalLine(`${record.time}  ${id}  ${outcome}  ${actionText(record.action)}`)
}

function resultText(result: AuditedDecision['result']): string {
  return (result && (exitText(result) ?? result.detail ?? result.status)) ?? 'no outcome'
}

function reviewText({
  reviewId,
  reviewStatus = '',
  risk,
  reviewReason = '',
}: AuditedDecision['record']): string | undefined {
  if (reviewId === undefined) return undefined
  const words = [reviewStatus, risk === undefined ? '' : `risk ${risk}`, reviewReason].filter(Boolean)
  return `${words.join(', ')} (${reviewId})`
}

function exitText({ exitCode }: NonNullable<AuditedDecision['result']>): string | undefined {
  return exitCode === undefined ? undefined : `exit ${exitCode}`
}

/** What a check of the log found, for people. */
export function auditVerdictText(verdict: AuditVerdict): string {
  if (!verdict.ok) {
    const where = verdict.line === 0 ? verdict.file : `${verdict.file}:${verdict.line}`
    return `${where}: ${verdict.problem} (${verdict.records} records before it are right)`
  }
  const old = verdict.chainsWithoutHeads
  return [
    `${verdict.records} records, every chain whole`,
    ...(old > 0 ? [`${old} chains of an earlier version have no heads: an end that was cut off would not show.`] : []),
    ...verdict.torn.map(
      ({ file, line }) => `${file}:${line}: cut short while it was written, by a crash, a full disk or a loss of power`,
    ),
  ].join('\n')
}

/** Why a decision was made, for people. */
export function decisionText(decision: AuditedDecision): string {
  const { record, result } = decision
  const place =
    record.file === undefined ? undefined : `${record.file}${record.line === undefined ? '' : `:${record.line}`}`
  const hostsDenied = [...(record.deniedHosts ?? []), ...(result?.deniedHosts ?? [])]
  const rows = [
    [record.outcome === 'deny' ? 'denied' : 'allowed', actionText(record.action)],
    ['because', record.reason],
    ['layer', record.layer],
    ['rule', record.rule],
    ['said by', place],
    ['agreed by', record.approvedBy],
    ['review', reviewText(record)],
    ['runs', record.argv?.map((words) => words.join(' ')).join('; ')],
    ['hosts', hostsDenied.join(', ')],
    ['paths', record.deniedPaths?.join(', ')],
    ['sandbox', record.backend],
    ['outcome', result && [result.status, exitText(result), result.detail].filter(Boolean).join(', ')],
    ['profile', record.profile],
    ['agent', record.agentPath?.join(' > ')],
    ['thread', record.thread],
    ['turn', record.turn],
    ['when', record.time],
    ['record', `${decision.id}  ${decision.file}:${decision.line}`],
  ] as const
  const lines = rows.flatMap(([name, value]) => (value ? [`${name.padEnd(10)}${terminalLine(value)}`] : []))
  const warning = decision.isWhole ? [] : ['This line was changed since it was written: codex audit verify']
  return [...lines, ...warning].join('\n')
}
