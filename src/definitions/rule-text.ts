import type { PolicyRule } from '../plugin-api/index.ts'

/** What a line of a `.rules` file can say of a rule. */
export type WrittenRule = Pick<PolicyRule, 'pattern' | 'decision' | 'justification'>

/** A rule as a line of a `.rules` file, as Codex writes it. JSON's strings and their escapes are Starlark's too. */
export function ruleText({ pattern, decision, justification }: WrittenRule): string {
  const why = justification === undefined ? '' : `, justification=${JSON.stringify(justification)}`
  return `prefix_rule(pattern=${list(pattern)}, decision=${JSON.stringify(decision)}${why})`
}

function list(elements: readonly (string | readonly string[])[]): string {
  return `[${elements.map((each) => (typeof each === 'string' ? JSON.stringify(each) : list(each))).join(', ')}]`
}
