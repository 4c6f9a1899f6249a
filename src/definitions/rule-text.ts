import type { NetworkRule, PolicyRule } from '../plugin-api/index.ts'

/** What a line of a `.rules` file can say of a rule. */
export type WrittenRule = Pick<PolicyRule, 'pattern' | 'decision' | 'justification'>

/** What a line of a `.rules` file can say of a host. */
export type WrittenNetworkRule = Pick<NetworkRule, 'host' | 'protocol' | 'decision' | 'justification'>

/** A rule about a host as a line of a `.rules` file, as Codex writes it. */
export function networkRuleText({ host, protocol, decision, justification }: WrittenNetworkRule): string {
  const why = justification === undefined ? '' : `, justification=${JSON.stringify(justification)}`
  const named = `host=${JSON.stringify(host)}, protocol=${JSON.stringify(protocol)}`
  return `network_rule(${named}, decision=${JSON.stringify(decision)}${why})`
}

/** A rule as a line of a `.rules` file, as Codex writes it. JSON's strings and their escapes are Starlark's too. */
export function ruleText({ pattern, decision, justification }: WrittenRule): string {
  const why = justification === undefined ? '' : `, justification=${JSON.stringify(justification)}`
  return `prefix_rule(pattern=${list(pattern)}, decision=${JSON.stringify(decision)}${why})`
}

function list(elements: readonly (string | readonly string[])[]): string {
  return `[${elements.map((each) => (typeof each === 'string' ? JSON.stringify(each) : list(each))).join(', ')}]`
}
