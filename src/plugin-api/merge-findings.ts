import type { Finding, Range } from './finding.ts'
import { severities } from './severity.ts'

/** A finding, and those of other tools that say the same. */
export interface MergedFinding {
  /** The one that is shown. */
  readonly finding: Finding
  /** What others say of the same place, and is not shown beside it. */
  readonly same: readonly Finding[]
}

/** What a finding is about: code, a credential, or what a manifest or lockfile lets happen. */
export type FindingKind = 'code' | 'secret' | 'dependency'

/** Weaknesses that are about a credential or a key in the code itself. */
const ofSecrets: ReadonlySet<string> = new Set(['CWE-259', 'CWE-321', 'CWE-798'])

/** By the rule and its weaknesses; of a rule that names none by whether it leaves something out of the code. */
export function kindOfFinding({ rule, cwe, snippet = '' }: Pick<Finding, 'rule' | 'cwe' | 'snippet'>): FindingKind {
  if (rule.startsWith('dep-')) return 'dependency'
  const isSecret = rule.startsWith('secret-') || cwe.some((id) => ofSecrets.has(id))
  return isSecret || (cwe.length === 0 && snippet.includes('[redacted')) ? 'secret' : 'code'
}

/**
 * One finding for each flaw, in the order of the first: a credential that `secret_scan` finds inside of what a rule of code finds is said with the id
 * of that rule, a line of a manifest that a rule of code finds for the same weakness with that of `dependency_scan`; both with the graver
 * severity. What stands in an earlier commit is no part of the files, so it stays.
 */
export function mergeFindings(findings: readonly Finding[]): readonly MergedFinding[] {
  const byFile = Map.groupBy(
    findings.filter(({ commit }) => commit === undefined),
    ({ file }) => file,
  )
  const sameOf = new Map<Finding, Finding>()
  const taken = new Set<Finding>()
  const pair = (kept: Finding, isSame: (other: Finding) => boolean): void => {
    const same = byFile.get(kept.file)?.find((other) => !taken.has(other) && isSame(other))
    if (!same) return
    sameOf.set(kept, same)
    taken.add(same)
  }
  for (const finding of findings) {
    if (finding.commit !== undefined || finding.rule.startsWith('secret-')) continue
    const kind = kindOfFinding(finding)
    if (kind === 'secret')
      pair(finding, ({ rule, range }) => rule.startsWith('secret-') && isWithin(range, finding.range))
    if (kind === 'dependency') pair(finding, (other) => kindOfFinding(other) === 'code' && isSameLine(other, finding))
  }
  return findings
    .filter((finding) => !taken.has(finding))
    .map((finding) => {
      const same = sameOf.get(finding)
      return same ? { finding: merged(finding, same), same: [same] } : { finding, same: [] }
    })
}

function isWithin(inner: Range, outer: Range): boolean {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end)
}

const isBefore = (a: Range['start'], b: Range['start']): boolean =>
  a.line < b.line || (a.line === b.line && a.column < b.column)

const isSameLine = (a: Finding, b: Finding): boolean =>
  a.range.start.line === b.range.start.line && a.cwe.some((id) => b.cwe.includes(id))

/** A credential of a known issuer has a name and a way to be revoked, which the rule of code does not know. */
function merged(kept: Finding, same: Finding): Finding {
  const [a, b] = [kept, same].map(({ severity }) => severities.indexOf(severity))
  const severity = (a ?? 0) <= (b ?? 0) ? kept.severity : same.severity
  if (!same.rule.startsWith('secret-') || same.rule === 'secret-assignment') return { ...kept, severity }
  const { message, why, references, snippet } = same
  return { ...kept, severity, message, why, references, snippet, ...(same.fix && { fix: same.fix }) }
}
