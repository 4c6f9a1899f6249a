import type { AuditedDecision } from '../security/audit/query-audit.ts'

/** How many decisions of each sort there are. */
export interface AuditStats {
  readonly decisions: number
  readonly allowed: number
  readonly denied: number
  /** Allowed because somebody agreed. */
  readonly agreed: number
  readonly threads: number
  readonly first?: string | undefined
  readonly last?: string | undefined
  readonly byKind: Readonly<Record<string, { readonly allowed: number; readonly denied: number }>>
  /** Denials by the layer that said no. */
  readonly deniedBy: Readonly<Record<string, number>>
  /** Decisions by the path of agents, such as `default > reviewer`. */
  readonly byAgent: Readonly<Record<string, number>>
  /** Commands that ran, by sandbox backend. */
  readonly byBackend: Readonly<Record<string, number>>
  /** Commands that ended, by exit code. */
  readonly byExitCode: Readonly<Record<string, number>>
  /** What was kept from being reached, as `host:port`. */
  readonly deniedHosts: Readonly<Record<string, number>>
}

/** Counts decisions, which stand oldest first. */
export function auditStats(decisions: readonly AuditedDecision[]): AuditStats {
  const records = decisions.map(({ record }) => record)
  const denied = records.filter(({ outcome }) => outcome === 'deny')
  const kinds = Map.groupBy(records, ({ action }) => action?.kind ?? 'unknown')
  const layers = Map.groupBy(denied, ({ layer }) => layer ?? 'unknown')
  const countDenied = (some: typeof records) => some.filter(({ outcome }) => outcome === 'deny').length
  return {
    decisions: records.length,
    allowed: records.length - denied.length,
    denied: denied.length,
    agreed: records.filter(({ outcome, approvedBy }) => outcome === 'allow' && approvedBy !== undefined).length,
    threads: new Set(records.map(({ thread }) => thread)).size,
    first: records[0]?.time,
    last: records.at(-1)?.time,
    byKind: Object.fromEntries(
      [...kinds].map(([kind, some]) => [kind, { allowed: some.length - countDenied(some), denied: countDenied(some) }]),
    ),
    deniedBy: Object.fromEntries([...layers].map(([layer, some]) => [layer, some.length])),
    byAgent: counted(records.flatMap(({ agentPath }) => agentPath?.join(' > ') ?? [])),
    byBackend: counted(records.flatMap(({ backend }) => backend ?? [])),
    byExitCode: counted(decisions.flatMap(({ result }) => result?.exitCode ?? [])),
    deniedHosts: counted(
      // Of denials alone: what a command was refused is a denial of its own.
      decisions.flatMap(({ record }) => record.deniedHosts ?? []),
    ),
  }
}

function counted(texts: readonly (string | number)[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(texts, String)
  return Object.fromEntries([...groups].map(([text, some]) => [text, some.length]))
}

/** The same for people. */
export function auditStatsText(stats: AuditStats): string {
  if (stats.decisions === 0) return 'No such decision.'
  const sorted = <T>(counts: Readonly<Record<string, T>>, size: (value: T) => number) =>
    Object.entries(counts).toSorted(([, a], [, b]) => size(b) - size(a))
  const kinds = sorted(stats.byKind, ({ allowed, denied }) => allowed + denied)
  const counts = (heading: string, of: Readonly<Record<string, number>>) => {
    const rows = sorted(of, (count) => count)
    return rows.length === 0 ? [] : ['', heading, ...rows.map(([name, count]) => `  ${name}  ${count}`)]
  }
  return [
    `${stats.decisions} decisions in ${stats.threads} threads, ${stats.first} to ${stats.last}`,
    `${stats.allowed} allowed, ${stats.agreed} of them because somebody agreed; ${stats.denied} denied`,
    '',
    ...kinds.map(([kind, { allowed, denied }]) => `${kind.padEnd(12)}${allowed} allowed, ${denied} denied`),
    ...counts('denied by', stats.deniedBy),
    ...counts('hosts denied', stats.deniedHosts),
    ...counts('by agent', stats.byAgent),
    ...counts('commands by sandbox', stats.byBackend),
    ...counts('commands by exit code', stats.byExitCode),
  ].join('\n')
}
