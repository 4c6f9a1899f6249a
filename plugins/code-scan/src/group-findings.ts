import { type Category, type Finding, type Severity, severities } from 'codex-kernel/plugin-api'

/** What one rule found. */
export interface RuleGroup {
  readonly rule: string
  readonly severity: Severity
  readonly category: Category
  /** Of the first finding. */
  readonly message: string
  readonly why: string
  readonly count: number
  readonly findings: readonly Finding[]
}

export function countByCategory(findings: readonly Finding[]): Readonly<Record<Category, number>> {
  const of = (category: Category): number => findings.filter((finding) => categoryOf(finding) === category).length
  return {
    ...{ security: of('security'), correctness: of('correctness'), performance: of('performance') },
    ...{ tests: of('tests'), maintainability: of('maintainability') },
  }
}

/** Findings by rule, the most severe rule first, then the most frequent one. */
export function groupByRule(findings: readonly Finding[]): readonly RuleGroup[] {
  return [...Map.groupBy(findings, ({ rule }) => rule)]
    .flatMap(([rule, own]) => {
      const [first] = own
      if (!first) return []
      const { severity, message, why = '' } = first
      return [{ rule, severity, category: categoryOf(first), message, why, count: own.length, findings: own }]
    })
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.count - a.count)
}

const categoryOf = ({ category = 'security' }: Finding): Category => category
