import { terminalLine } from '../plugin-api/terminal-text.ts'
import type { AuditedDecision } from '../security/audit/query-audit.ts'

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
  const outcome =
    record.outcome === 'deny'
      ? `deny  (${record.layer})`
      : `allow (${result?.detail ?? result?.status ?? 'no outcome'})`
  return terminalLine(`${record.time}  ${id}  ${outcome}  ${actionText(record.action)}`)
}

/** Why a decision was made, for people. */
export function decisionText(decision: AuditedDecision): string {
  const { record, result } = decision
  const place =
    record.file === undefined ? undefined : `${record.file}${record.line === undefined ? '' : `:${record.line}`}`
  const rows = [
    [record.outcome === 'deny' ? 'denied' : 'allowed', actionText(record.action)],
    ['because', record.reason],
    ['layer', record.layer],
    ['rule', record.rule],
    ['said by', place],
    ['agreed by', record.approvedBy],
    ['outcome', result && [result.status, result.detail].filter(Boolean).join(', ')],
    ['thread', record.thread],
    ['when', record.time],
    ['record', `${decision.id}  ${decision.file}:${decision.line}`],
  ] as const
  const lines = rows.flatMap(([name, value]) => (value ? [`${name.padEnd(10)}${terminalLine(value)}`] : []))
  const warning = decision.isWhole ? [] : ['This line was changed since it was written: codex audit verify']
  return [...lines, ...warning].join('\n')
}
