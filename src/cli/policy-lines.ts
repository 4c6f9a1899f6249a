import { patternText } from '../definitions/pattern-text.ts'
import type { Definition } from '../plugin-api/origin.ts'
import type { PolicyDefinition, PolicyRule } from '../plugin-api/policy.ts'
import { terminalLine } from '../plugin-api/terminal-text.ts'

/** A policy for people: where it stands, then each rule with its line. */
export function policyLines({ id, value, origin }: Definition<PolicyDefinition>): readonly string[] {
  const trust = origin.trusted ? '' : ', not trusted: allow does not count'
  const { rules, ruleLines, host_executables: hosts = [], network_rules: networks = [] } = value
  const entries = [
    ...rules.map((rule, index) => ({ line: ruleLines[index] ?? 1, text: ruleWords(rule) })),
    ...hosts.map(({ name, paths, line }) => ({ line, text: `program   ${name} only as ${paths.join(', ') || name}` })),
    ...networks.map(({ host, protocol, decision, justification, line }) => ({
      line,
      text: `${decision.padEnd(9)} host ${host} by ${protocol}${opensNothing(decision, origin)}${reasonOf({ justification })}`,
    })),
  ].sort((a, b) => a.line - b.line)
  const width = String(Math.max(1, ...entries.map(({ line }) => line))).length
  return [
    `${id}  [${origin.layer}${trust}]`,
    origin.file,
    ...(value.description === '' ? [] : [value.description]),
    '',
    ...(entries.length === 0 ? ['It has no rules.'] : []),
    ...entries.map(({ line, text }) => `${String(line).padStart(width)}  ${text}`),
  ].map(terminalLine)
}

/** Only the user's own rules open hosts. */
function opensNothing(decision: PolicyRule['decision'], { layer }: Definition<PolicyDefinition>['origin']): string {
  return decision === 'allow' && layer !== 'user' ? ', which opens nothing from here' : ''
}

function ruleWords({ pattern, decision, reviewer, justification }: PolicyRule): string {
  return `${decision.padEnd(9)} ${patternText(pattern)}${reviewer === 'human' ? '  by a person' : ''}${reasonOf({ justification })}`
}

function reasonOf({ justification }: { readonly justification?: string | undefined }): string {
  return justification === undefined ? '' : `  (${justification})`
}
