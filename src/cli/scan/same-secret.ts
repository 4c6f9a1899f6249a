import type { Finding, Range } from '../../plugin-api/index.ts'
import { severities } from '../../plugin-api/index.ts'
import { isAboutSecret } from './cover-secrets.ts'

/** A finding, and those of other tools that say the same. */
export interface MergedFinding {
  readonly finding: Finding
  readonly same: readonly Finding[]
}

/**
 * One finding for each secret: what `secret_scan` finds inside of what a rule of code finds is said once, with the id of the rule and
 * the graver severity. What stands in an earlier commit is no part of the files, so it stays.
 */
export function mergeSameSecrets(findings: readonly Finding[]): readonly MergedFinding[] {
  const [ofFiles, ofRules] = [findings.filter(isSecretInFile), findings.filter(isRuleOfSecrets)]
  const secretsOfFile = Map.groupBy(ofFiles, ({ file }) => file)
  const sameOf = new Map<Finding, Finding>()
  const taken = new Set<Finding>()
  for (const rule of ofRules) {
    const same = secretsOfFile
      .get(rule.file)
      ?.find((secret) => !taken.has(secret) && isWithin(secret.range, rule.range))
    if (!same) continue
    sameOf.set(rule, same)
    taken.add(same)
  }
  return findings
    .filter((finding) => !taken.has(finding))
    .map((finding) => {
      const same = sameOf.get(finding)
      return same ? { finding: merged(finding, same), same: [same] } : { finding, same: [] }
    })
}

const isSecretInFile = ({ rule, commit }: Finding): boolean => rule.startsWith('secret-') && commit === undefined
const isRuleOfSecrets = (finding: Finding): boolean => !finding.rule.startsWith('secret-') && isAboutSecret(finding)

function isWithin(inner: Range, outer: Range): boolean {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end)
}

const isBefore = (a: Range['start'], b: Range['start']): boolean =>
  a.line < b.line || (a.line === b.line && a.column < b.column)

/** A credential of a known issuer has a name and a way to be revoked, which the rule of code does not know. */
function merged(ofRule: Finding, secret: Finding): Finding {
  const [a, b] = [ofRule, secret].map(({ severity }) => severities.indexOf(severity))
  const severity = (a ?? 0) <= (b ?? 0) ? ofRule.severity : secret.severity
  if (secret.rule === 'secret-assignment') return { ...ofRule, severity }
  const { message, why, references, snippet } = secret
  return { ...ofRule, severity, message, why, references, snippet, ...(secret.fix && { fix: secret.fix }) }
}
