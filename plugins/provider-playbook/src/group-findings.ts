import { type Finding, type FindingKind, kindOfFinding, type Severity, severities } from 'codex-kernel/plugin-api'

/** Findings of one rule: what is said once, and the places. */
export interface FindingGroup {
  readonly rule: string
  readonly kind: FindingKind
  /** Of the gravest. */
  readonly severity: Severity
  /** Of the first. */
  readonly message: string
  /** True where all have that message. */
  readonly same_message: boolean
  /** Empty where nothing is said. */
  readonly why: string
  readonly fix: string
  readonly count: number
  /** How many are of more than low confidence. */
  readonly sure: number
  /** In the order in which they came. */
  readonly findings: readonly Finding[]
}

/** By rule: the gravest first, of these what is surest, then what is most frequent. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = [...Map.groupBy(findings, ({ rule }) => rule)].flatMap(([rule, own]): FindingGroup[] => {
    const [first] = own
    if (first === undefined) return []
    const sure = own.filter(({ confidence }) => confidence !== 'low').length
    const { severity, message, why = '', fix } = first
    const same_message = own.every((finding) => finding.message === message)
    return [
      {
        rule,
        kind: kindOfFinding(first),
        severity,
        message,
        same_message,
        why,
        fix: fix?.description ?? '',
        count: own.length,
        sure,
        findings: own,
      },
    ]
  })
  const rank = ({ severity }: FindingGroup): number => severities.indexOf(severity)
  return groups.toSorted((a, b) => rank(a) - rank(b) || Number(b.sure > 0) - Number(a.sure > 0) || b.count - a.count)
}
