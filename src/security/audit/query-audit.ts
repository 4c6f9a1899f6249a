import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { AuditPlace } from './audit-place.ts'
import { type AuditEntry, readAudit } from './read-audit.ts'

/** Which decisions are meant; what is absent does not narrow. */
export interface AuditQuery {
  readonly thread?: string | undefined
  readonly outcome?: string | undefined
  /** Of the action: `exec`, `write`, `network` … */
  readonly kind?: string | undefined
  /** ISO 8601, or the beginning of it: from then on. */
  readonly since?: string | undefined
  /** The turn's id, or the beginning of it. */
  readonly turn?: string | undefined
  /** Id of an agent, wherever it stands in the path of agents. */
  readonly agent?: string | undefined
  /** Id of the profile that was in force. */
  readonly profile?: string | undefined
  /** Id of the sandbox backend that the command ran in, or `none`. */
  readonly backend?: string | undefined
  /** Of the command that ended. */
  readonly 'exit-code'?: number | undefined
  /** A host that was asked for or denied, with its port or without. */
  readonly host?: string | undefined
  /** A path that was asked for or denied, or one above it; `~` and `[USER]` as the log has them. */
  readonly path?: string | undefined
  /** A text that stands somewhere in the action, the layer, the rule, the reason or that of the review. */
  readonly text?: string | undefined
}

/** What came of an allowed action. */
export interface AuditedResult {
  readonly status: string
  readonly detail?: string | undefined
  readonly exitCode?: number | undefined
  readonly deniedHosts?: readonly string[] | undefined
}

/** A decision, and what came of it. */
export interface AuditedDecision extends AuditEntry {
  /** Absent: it was denied, or its outcome is not known. */
  readonly result?: AuditedResult
}

/** The decisions of a log that a query means, oldest first; the newest `last` of them. */
export async function queryAudit(
  { logDir }: AuditPlace,
  query: AuditQuery,
  last = Number.POSITIVE_INFINITY,
): Promise<readonly AuditedDecision[]> {
  const found = new Map<string, AuditedDecision>()
  // What is asked of an outcome is known only behind it: until then nothing may fall out.
  const asksOfOutcome = query['exit-code'] !== undefined || query.host !== undefined || query.path !== undefined
  for await (const entry of readAudit(logDir)) {
    const { type, of = '', status, detail, exitCode, deniedHosts } = entry.record
    const decision = found.get(of)
    if (type === 'outcome') {
      const result = status && { status, detail, exitCode, deniedHosts }
      if (decision !== undefined && result) found.set(of, { ...decision, result })
      continue
    }
    if (!isMeant(entry, query)) continue
    found.set(entry.id, entry)
    const [oldest] = found.keys()
    if (!asksOfOutcome && found.size > last && oldest !== undefined) found.delete(oldest)
  }
  const decisions = [...found.values()].filter((decision) => endedAsMeant(decision, query))
  return asksOfOutcome ? decisions.slice(-last) : decisions
}

/** The decision with this id, or those whose ids begin so; `LAST` is the newest denial, or the newest decision where nothing was denied. */
export async function findDecisions(place: AuditPlace, id: string): Promise<readonly AuditedDecision[]> {
  if (id.toUpperCase() === 'LAST') {
    const denied = await queryAudit(place, { outcome: 'deny' }, 1)
    return denied.length > 0 ? denied : await queryAudit(place, {}, 1)
  }
  const begun = (await queryAudit(place, {})).filter((each) => each.id.startsWith(id))
  const whole = begun.find((each) => each.id === id)
  return whole === undefined ? begun : [whole]
}

function isMeant({ record }: AuditEntry, query: AuditQuery): boolean {
  const { thread = '', turn = '', outcome = record.outcome, kind = record.action?.kind, since = '', text = '' } = query
  const { agent, profile = record.profile, backend = record.backend } = query
  const words = JSON.stringify([record.action, record.layer, record.rule, record.reason, record.reviewReason])
  return (
    record.thread.startsWith(thread) &&
    (record.turn ?? '').startsWith(turn) &&
    (agent === undefined || record.agentPath?.includes(agent) === true) &&
    record.profile === profile &&
    record.backend === backend &&
    record.outcome === outcome &&
    record.action?.kind === kind &&
    record.time >= since &&
    words.includes(JSON.stringify(text).slice(1, -1))
  )
}

function endedAsMeant({ record, result }: AuditedDecision, query: AuditQuery): boolean {
  const { 'exit-code': exitCode = result?.exitCode, host, path } = query
  const { action } = record
  const hosts = [...(record.deniedHosts ?? []), ...(result?.deniedHosts ?? []), ...hostsOf(action)]
  const paths = [...(record.deniedPaths ?? []), ...pathsOf(action)]
  return (
    result?.exitCode === exitCode &&
    (host === undefined || hosts.some((each) => each === host || each.startsWith(`${host}:`))) &&
    (path === undefined || paths.some((each) => isAtOrBelow(each, path)))
  )
}

function hostsOf(action: AuditEntry['record']['action']): readonly string[] {
  if (action?.kind === 'network') return [`${action.host}:${action.port}`]
  return action?.kind === 'permission' && action.of === 'network' ? [String(action.subject)] : []
}

function pathsOf(action: AuditEntry['record']['action']): readonly string[] {
  return [action?.path, action?.cwd, action?.subject].filter((path) => typeof path === 'string')
}
