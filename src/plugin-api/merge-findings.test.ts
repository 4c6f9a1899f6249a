import { expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { mergeFindings } from './merge-findings.ts'

test('a credential that two tools find is one, with the graver severity', () => {
  const merged = mergeFindings([
    finding({ rule: 'secret-assignment', severity: 'medium', column: 20, end: 30 }),
    finding({ rule: 'js-hardcoded-secret', severity: 'high', cwe: ['CWE-798'], column: 1, end: 31 }),
  ])
  expect(merged.map(({ finding: { rule, severity }, same }) => [rule, severity, same.length])).toEqual([
    ['js-hardcoded-secret', 'high', 1],
  ])
})

test('a line of a workflow that a rule and the look at dependencies find is one; another weakness of that line is not', () => {
  const merged = mergeFindings([
    finding({ rule: 'ci-unpinned-action', severity: 'low', cwe: ['CWE-829', 'CWE-1357'], column: 9, end: 20 }),
    finding({ rule: 'ci-script-injection', severity: 'high', cwe: ['CWE-94'], column: 9, end: 20 }),
    finding({ rule: 'dep-unpinned-action', severity: 'medium', cwe: ['CWE-829'], column: 7, end: 20 }),
  ])
  expect(merged.map(({ finding: { rule, severity } }) => [rule, severity])).toEqual([
    ['ci-script-injection', 'high'],
    ['dep-unpinned-action', 'medium'],
  ])
})

test('what an earlier commit holds, and what another file holds, stays', () => {
  const inCode = finding({ rule: 'js-hardcoded-secret', severity: 'high', cwe: ['CWE-798'], column: 1, end: 31 })
  const secret = finding({ rule: 'secret-assignment', severity: 'medium', column: 20, end: 30 })
  const findings = [inCode, { ...secret, commit: 'abc' }, { ...secret, file: 'b.js' }]
  expect(mergeFindings(findings).map((each) => each.finding)).toEqual(findings)
})

test('code that only quotes a credential is no finding about it', () => {
  const findings = [
    { ...finding({ rule: 'js-command-injection', severity: 'critical', cwe: ['CWE-78'], column: 1, end: 40 }) },
    finding({ rule: 'secret-github-token', severity: 'high', column: 20, end: 30 }),
  ]
  expect(mergeFindings(findings)).toHaveLength(2)
})

function finding(given: {
  readonly rule: string
  readonly severity: Finding['severity']
  readonly cwe?: readonly string[]
  readonly column: number
  readonly end: number
}): Finding {
  const { rule, severity, cwe = [], column, end } = given
  return {
    ...{ rule, severity, cwe: [...cwe], confidence: 'high', message: rule, owasp: [], file: 'a.js' },
    range: { start: { line: 3, column }, end: { line: 3, column: end } },
    ...{ snippet: 'x [redacted]', flow: [], references: [], fingerprint: `${rule}${column}` },
  }
}
