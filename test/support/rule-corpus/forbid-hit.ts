import type { Definition, PolicyDefinition, PolicyRule } from '../../../src/plugin-api/index.ts'
import { checkScript } from '../../../src/security/exec-policy/check-script.ts'
import { createExecPolicy } from '../../../src/security/index.ts'

/** Rules for ordinary programs, so that what is misread as one of them is allowed. */
const allowed =
  'ls cat grep find sed sort echo head wc git printf tar split xargs env tee awk diff true false : cd test [ [[ set read eval exec trap declare typeset export let mkdir chmod man ssh rsync scp print'

/** True where a policy that forbids `hit` and allows ordinary programs refuses the script: of code, where nothing stands behind it. */
export async function isHitRefused(script: string, { isCode }: { readonly isCode: boolean }): Promise<boolean> {
  const { answer, couldReach } = await checkScript(script, execPolicy)
  return answer === 'forbidden' || (isCode && answer === 'unverified' && couldReach?.answer === 'forbidden')
}

/** A policy of the user with these rules. */
export function execPolicyOf(rules: readonly PolicyRule[]) {
  const policy: Definition<PolicyDefinition> = {
    ...{ kind: 'policy', id: 'p', shadows: [] },
    value: { id: 'p', description: '', rules: [...rules], ruleLines: rules.map((_, index) => index + 1) },
    origin: { layer: 'user', file: '/p.rules', trusted: true },
  }
  return createExecPolicy([policy])
}

/** A rule without examples. */
export function ruleOf(pattern: readonly string[], decision: PolicyRule['decision']): PolicyRule {
  return { pattern: [...pattern], decision, match: [], not_match: [] }
}

const execPolicy = execPolicyOf([
  ruleOf(['hit'], 'forbidden'),
  ...allowed.split(' ').map((name) => ruleOf([name], 'allow')),
])
