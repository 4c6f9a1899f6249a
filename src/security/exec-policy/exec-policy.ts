import type {
  Definition,
  HostExecutable,
  NetworkRule,
  Origin,
  PolicyDefinition,
  PolicyRule,
} from '../../plugin-api/index.ts'
import type { HostRule } from '../permissions/host-rule.ts'
import type { CommandPattern } from './covers-command.ts'
import type { SimpleCommand } from './script-reading.ts'

/** The rules of all policies, in file order. */
export interface ExecPolicy {
  readonly rules: readonly PolicyRuleAt[]
  /** Under which paths a program's name may be taken. */
  readonly hostExecutables: readonly (HostExecutable & OfPolicy)[]
  /** What `.rules` files say about hosts. */
  readonly networkRules: readonly NetworkRuleAt[]
  /** Where what no rule allows is forbidden, builtins too: the files that say what is allowed. Absent: it is unverified. */
  readonly onlyOf?: readonly string[]
  /** Commands of the script at hand that rules with `only_outside` do not ask about. Absent: they ask about all. */
  readonly inside?: ReadonlySet<SimpleCommand>
}

export interface PolicyRuleAt extends OfPolicy {
  readonly rule: PolicyRule
  readonly line?: number
}

/** What a file says about a host, and where. */
export type NetworkRuleAt = NetworkRule & OfPolicy

/** Where a rule stands. */
interface OfPolicy {
  /** Id of the policy. */
  readonly policy: string
  readonly file: string
  readonly layer: Origin['layer']
}

/**
 * The policy that several files make together. Of a repository that the user has not trusted, only what narrows counts. With
 * `unruled: 'forbidden'`, what no rule allows is forbidden.
 */
export function createExecPolicy(
  policies: readonly Definition<PolicyDefinition>[],
  { unruled = 'unverified' }: { readonly unruled?: 'unverified' | 'forbidden' } = {},
): ExecPolicy {
  return {
    ...(unruled === 'forbidden' && { onlyOf: policies.map(({ origin }) => origin.file) }),
    rules: policies.flatMap((definition) =>
      definition.value.rules.flatMap((rule, index) => {
        if (!definition.origin.trusted && rule.decision === 'allow') return []
        const line = definition.value.ruleLines[index]
        return { rule, ...placeOf(definition), ...(line === undefined ? {} : { line }) }
      }),
    ),
    // A repository that is not trusted could name its own program here.
    hostExecutables: policies.flatMap((definition) =>
      definition.origin.trusted
        ? (definition.value.host_executables ?? []).map((host) => ({ ...host, ...placeOf(definition) }))
        : [],
    ),
    // A repository only narrows: whoever may write to it has no say in which hosts are open. Neither has a plugin.
    networkRules: policies.flatMap((definition) =>
      (definition.value.network_rules ?? [])
        .filter(({ decision }) => definition.origin.layer === 'user' || decision !== 'allow')
        .map((rule) => ({ ...rule, ...placeOf(definition) })),
    ),
  }
}

/** The rules with one more of the user's own that opens a host, as `default.rules` would hold it. */
export function withUserHost<Policy extends Pick<ExecPolicy, 'networkRules'>>(policy: Policy, rule: HostRule): Policy {
  const own = { ...rule, decision: 'allow', line: 1, layer: 'user', policy: 'default', file: 'default.rules' } as const
  return { ...policy, networkRules: [...policy.networkRules, own] }
}

/** The policy with one more rule of the user's own that allows what begins so, as `default.rules` would hold it. */
export function withUserRule(policy: ExecPolicy, words: CommandPattern): ExecPolicy {
  const pattern = words.map((word) => (typeof word === 'string' ? word : [...word]))
  const rule: PolicyRule = { pattern, decision: 'allow', match: [], not_match: [] }
  return { ...policy, rules: [...policy.rules, { rule, layer: 'user', policy: 'default', file: 'default.rules' }] }
}

function placeOf({ id, origin }: Definition<PolicyDefinition>): OfPolicy {
  return { policy: id, file: origin.file, layer: origin.layer }
}
