import { type AuditEntry, readAudit } from './read-audit.ts'

/** Which decisions are meant; what is absent does not narrow. */
export interface AuditQuery {
  readonly thread?: string | undefined
  readonly outcome?: string | undefined
  /** Of the action: `exec`, `write`, `network` … */
  readonly kind?: string | undefined
  /** ISO 8601, or the beginning of it: from then on. */
  readonly since?: string | undefined
  /** A text that stands somewhere in the action, the layer, the rule or the reason. */
  readonly text?: string | undefined
}

/** A decision, and what came of it. */
export interface AuditedDecision extends AuditEntry {
  /** Absent: it was denied, or its outcome is not known. */
  readonly result?: { readonly status: string; readonly detail?: string | undefined }
}

/** The decisions of a log that a query means, oldest first; the newest `last` of them. */
export async function queryAudit(
  directory: string,
  query: AuditQuery,
  last = Number.POSITIVE_INFINITY,
): Promise<readonly AuditedDecision[]> {
  const found = new Map<string, AuditedDecision>()
  for await (const entry of readAudit(directory)) {
    const { type, of = '', status, detail } = entry.record
    const decision = found.get(of)
    if (type === 'outcome') {
      if (decision !== undefined && status !== undefined) found.set(of, { ...decision, result: { status, detail } })
      continue
    }
    if (!isMeant(entry, query)) continue
    found.set(entry.id, entry)
    const [oldest] = found.keys()
    if (found.size > last && oldest !== undefined) found.delete(oldest)
  }
  return [...found.values()]
}

/** The decision with this id, or the beginning of it; `LAST` is the newest denial, or the newest decision where nothing was denied. */
export async function findDecision(directory: string, id: string): Promise<AuditedDecision | undefined> {
  if (id.toUpperCase() !== 'LAST') return (await queryAudit(directory, {})).find((each) => each.id.startsWith(id))
  return (await queryAudit(directory, { outcome: 'deny' }, 1))[0] ?? (await queryAudit(directory, {}, 1))[0]
}

function isMeant({ record }: AuditEntry, query: AuditQuery): boolean {
  const { thread = '', outcome = record.outcome, kind = record.action?.kind, since = '', text = '' } = query
  const words = JSON.stringify([record.action, record.layer, record.rule, record.reason])
  return (
    record.thread.startsWith(thread) &&
    record.outcome === outcome &&
    record.action?.kind === kind &&
    record.time >= since &&
    words.includes(JSON.stringify(text).slice(1, -1))
  )
}
