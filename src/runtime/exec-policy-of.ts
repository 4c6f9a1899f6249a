import { createExecPolicy, type ExecPolicy } from '../security/exec-policy/exec-policy.ts'
import type { DefinitionStore } from './definition-store.ts'
import { verifyPolicy } from './verify-policy.ts'

/**
 * What commands are judged by: the policies in force; or, where files are named, their rules alone, and what none of them allows is
 * forbidden. Paths are absolute.
 *
 * @throws CodexError `definition.invalid`
 */
export async function execPolicyOf(
  rules: readonly string[] | undefined,
  store: Pick<DefinitionStore, 'policies'>,
): Promise<ExecPolicy> {
  if (rules === undefined) return createExecPolicy((await store.policies()).effective)
  const { readPolicies } = await import('../definitions/read-policies.ts')
  return createExecPolicy(await readPolicies(rules, verifyPolicy), { unruled: 'forbidden' })
}
