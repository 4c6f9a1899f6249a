import {
  type Finding,
  findingSchema,
  type ModelRequest,
  mergeFindings,
  type Playbook,
  type Severity,
  severities,
} from 'codex-kernel/plugin-api'
import { type Check, checksOf } from './checks-of.ts'
import { type FindingGroup, groupFindings } from './group-findings.ts'
import type { CallResult, StepResult } from './step-result.ts'

/** How many findings there are: of each severity, in all, of low confidence, and files that have any. */
export type FindingCounts = Readonly<Record<Severity | 'total' | 'files' | 'unsure', number>>

/** All that the templates of a playbook can name. */
export interface PlaybookValues {
  readonly [name: string]: unknown
  readonly prompt: string
  readonly paths: readonly string[]
  /** The steps so far, by id. */
  readonly steps: Readonly<Record<string, StepResult>>
  /** Those of all steps, the gravest first, each flaw once, also where two tools find it. */
  readonly findings: readonly Finding[]
  readonly counts: FindingCounts
  /** The findings by rule. */
  readonly groups: readonly FindingGroup[]
  /** What became of the steps so far, in order. */
  readonly checks: readonly Check[]
}

export function playbookValues(
  playbook: Playbook,
  task: ModelRequest['task'],
  results: Readonly<Record<string, StepResult>>,
): PlaybookValues {
  const findings = findingsOf(Object.values(results))
  return {
    prompt: task.prompt,
    paths: task.paths,
    steps: { ...results },
    findings,
    counts: countsOf(findings),
    groups: groupFindings(findings),
    checks: checksOf(playbook, results),
  }
}

function findingsOf(results: readonly StepResult[]): readonly Finding[] {
  const byPlace = new Map<string, Finding>()
  const calls = results.flatMap((result): readonly CallResult[] => (result.items.length > 0 ? result.items : [result]))
  for (const { structured } of calls) {
    for (const value of findingsIn(structured)) {
      const finding = findingSchema.safeParse(value)
      if (!finding.success) continue
      const { rule, file, range, fingerprint } = finding.data
      const place = JSON.stringify([rule, file, range.start, fingerprint])
      if (!byPlace.has(place)) byPlace.set(place, finding.data)
    }
  }
  const rank = ({ severity }: Finding) => severities.indexOf(severity)
  return mergeFindings([...byPlace.values()])
    .map(({ finding }) => finding)
    .sort((a, b) => rank(a) - rank(b))
}

/** `structured.findings`, by convention of tools that find things. */
function findingsIn(structured: unknown): readonly unknown[] {
  if (typeof structured !== 'object' || structured === null || !('findings' in structured)) return []
  return Array.isArray(structured.findings) ? structured.findings : []
}

function countsOf(findings: readonly Finding[]): FindingCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { severity } of findings) counts[severity] += 1
  const unsure = findings.filter(({ confidence }) => confidence === 'low').length
  return { ...counts, total: findings.length, files: new Set(findings.map(({ file }) => file)).size, unsure }
}
