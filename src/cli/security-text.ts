import { explainSecurity, type SecurityInForce, securityKeys } from '../runtime/explain-security.ts'
import type { RuntimeOptions } from '../runtime/runtime-options.ts'

/** What a thread would run under, and what chose it, in one sentence. */
export function securityInForceText({ profile, chosenBy, narrowedBy }: SecurityInForce): string {
  const why = chosenBy === 'default' ? 'since nothing chooses one' : `chosen by ${chosenBy}`
  const narrowed = narrowedBy.length > 0 ? `; narrowed by ${narrowedBy.join(', ')}` : ''
  return `In force: security profile ${profile}, ${why}${narrowed}.`
}

/** The same, when a person is asked, and what goes before what. */
export function securityText(security: SecurityInForce): string {
  return [
    securityInForceText(security),
    `A person is asked: ${security.approvalPolicy} (${security.approvalBy}); in codex exec never.`,
    'Flags choose first, then security_profile, sandbox_mode, default_permissions. A repository only narrows.',
  ].join('\n')
}

/** For a key that chooses what a thread may do and has no value: what is in force all the same. Undefined for any other key. */
export async function securityWithout(key: string, options: RuntimeOptions): Promise<string | undefined> {
  if (!securityKeys.includes(key)) return undefined
  const security = await explainSecurity(options)
  const asked = key === 'approval_policy' ? ` A person is asked: ${security.approvalPolicy}.` : ''
  return `${securityInForceText(security)}${asked} codex config explain ${key} says more.`
}
