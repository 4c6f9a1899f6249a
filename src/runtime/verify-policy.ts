import type { ParsedDefinition, PolicyDefinition } from '../plugin-api/index.ts'

/** What the reader of commands says of a policy's examples; most policies of a home have none, and import nothing for it. */
export async function verifyPolicy(
  parsed: ParsedDefinition<PolicyDefinition>,
  file: string,
): Promise<ParsedDefinition<PolicyDefinition>> {
  const rules = parsed.id === undefined ? [] : parsed.value.rules
  if (rules.every(({ match, not_match }) => match.length + not_match.length === 0)) return parsed
  const { verifyExamples } = await import('../security/exec-policy/verify-examples.ts')
  return await verifyExamples(parsed, file)
}
