import { terminalText } from '../plugin-api/terminal-text.ts'
import type { AuditedDecision } from '../security/audit/query-audit.ts'
import { actionText } from './audit-text.ts'

const headings = [
  'time',
  'id',
  'thread',
  'outcome',
  'action',
  'layer',
  'rule',
  'file',
  'line',
  'approved_by',
  'status',
  'detail',
  'turn',
  'agent_path',
  'profile',
  'argv',
  'backend',
  'exit_code',
  'denied_hosts',
  'denied_paths',
  'request_id',
  'review_id',
  'review_status',
  'risk',
  'review_reason',
]

/** Decisions as RFC 4180 has it, with a line of headings. What a spreadsheet would take for a formula is text. */
export function decisionsAsCsv(decisions: readonly AuditedDecision[]): string {
  const rows = decisions.map(({ id, record, result }) => [
    ...[record.time, id, record.thread, record.outcome, actionText(record.action), record.layer, record.rule],
    ...[record.file, record.line, record.approvedBy, result?.status, result?.detail],
    ...[
      record.turn,
      record.agentPath?.join(' > '),
      record.profile,
      record.argv?.map((words) => words.join(' ')).join('; '),
    ],
    ...[record.backend, result?.exitCode],
    [...(record.deniedHosts ?? []), ...(result?.deniedHosts ?? [])].join(' '),
    record.deniedPaths?.join(' '),
    ...[record.requestId, record.reviewId, record.reviewStatus, record.risk, record.reviewReason],
  ])
  return [headings, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: string | number | undefined): string {
  const text = terminalText(String(value ?? ''))
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
