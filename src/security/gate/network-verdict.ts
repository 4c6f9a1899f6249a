import type { Action, Permissions } from '../../plugin-api/index.ts'
import type { ExecPolicy, NetworkRuleAt } from '../exec-policy/exec-policy.ts'
import { couldCoverRequest, coversRequest, isHostOf } from '../permissions/host-rule.ts'
import { networkPatternOf, networkWords } from '../permissions/network-grant.ts'
import { hostOfPattern, networkSubject } from '../permissions/network-pattern.ts'
import type { CompiledLayers } from './compile-layers.ts'
import { networkReach } from './network-reach.ts'
import { describeAction } from './resolve-action.ts'
import type { Verdict } from './verdict.ts'

export interface NetworkVerdictDeps {
  readonly layers: CompiledLayers
  readonly permissions: Permissions
  readonly execPolicy: Pick<ExecPolicy, 'networkRules'>
  readonly sandbox: { readonly required: boolean }
  /** True for an action that a person granted, or that a permission of theirs covers. */
  isGranted(action: Action): boolean
}

type NetworkAction = Extract<Action, { kind: 'network' }>

/**
 * What the rules about hosts and the layers say of a request. A rule that forbids or asks narrows; one that allows answers the question that a
 * layer would ask, as a grant does, and opens nothing that is denied.
 */
export async function networkVerdict(action: NetworkAction, deps: NetworkVerdictDeps): Promise<Verdict> {
  const subject = networkSubject(action)
  const byLayers = deps.layers.decide('network', subject, describeAction(action))
  if (byLayers.answer === 'deny') return byLayers
  const byRule = hostRuleVerdict(action, deps.execPolicy)
  const verdict = byRule ?? byLayers
  const isNamed = byRule?.answer === 'allow' || (verdict.answer === 'ask' && deps.isGranted(action))
  if (verdict.answer === 'deny' || isNamed) return verdict
  return await publicVerdict(verdict, subject, action.host, deps)
}

/** What may be granted ahead: what a layer denies, or a rule forbids over every protocol, may not. */
export async function networkPermissionVerdict(subject: string, deps: NetworkVerdictDeps): Promise<Verdict> {
  const pattern = networkPatternOf(subject)
  const host = hostOfPattern(pattern)
  if (host === undefined || host === '*') {
    return denial(
      'hosts by name',
      `${subject} names no host`,
      'Name a host, HOST:PORT, or *.HOST for those below it.',
      'gate',
    )
  }
  const about = deps.execPolicy.networkRules.filter((rule) => isHostOf(rule, host))
  const forbidden = about.filter(({ decision }) => decision === 'forbidden')
  const [first] = forbidden
  if (first && (['http', 'https'] as const).every((each) => forbidden.some(({ protocol }) => protocol === each))) {
    return ruleVerdict(first, networkWords(subject))
  }
  const verdict = deps.layers.decide('network', pattern, networkWords(subject))
  return verdict.answer === 'allow' ? await publicVerdict(verdict, pattern, host, deps) : verdict
}

/** Where requests that can be read are forbidden or asked about, a tunnel must hold what cannot be. */
export function isPlainTextNarrowed(
  action: Omit<NetworkAction, 'kind' | 'protocol'>,
  { execPolicy }: Pick<NetworkVerdictDeps, 'execPolicy'>,
): boolean {
  const plain = { ...action, kind: 'network', method: 'POST', protocol: 'http' } as const
  return execPolicy.networkRules.some((rule) => rule.decision !== 'allow' && couldCoverRequest(rule, plain))
}

/**
 * Held to a sandbox, `*` is the public internet, whether it allows or asks: an address within one's own walls is reached where it is named, and
 * asked about where it is named as one to ask about.
 */
async function publicVerdict(
  verdict: Verdict,
  subject: string,
  host: string,
  deps: Omit<NetworkVerdictDeps, 'isGranted'>,
): Promise<Verdict> {
  if (networkReach(deps.sandbox.required ? 'required' : 'none', deps.permissions) === 'host') return verdict
  const { isPublicHost, namesHost } = await import('../permissions/public-host.ts') // most turns reach no host
  const { allow, askable } = deps.permissions.network
  if (isPublicHost(host) || namesHost(verdict.answer === 'allow' ? allow : askable, subject)) return verdict
  const reason = `${host} is no address of the public internet, which is all that * means`
  const ahead = verdict.answer === 'ask' ? ', or have it granted ahead (request_permissions)' : ''
  return denial('public addresses', reason, `Name the host under [network] in the profile${ahead}.`, 'floor')
}

/** What the rules about hosts say by themselves; undefined where none is about the request. */
export function hostRuleVerdict(
  action: NetworkAction,
  execPolicy: Pick<ExecPolicy, 'networkRules'>,
): Verdict | undefined {
  const rule = decidingRule(action, execPolicy)
  return rule && ruleVerdict(rule, describeAction(action))
}

const strictness = { allow: 0, prompt: 1, forbidden: 2 } as const

/** The strictest that is about the request; of equally strict ones the first. */
function decidingRule(
  action: NetworkAction,
  { networkRules }: Pick<ExecPolicy, 'networkRules'>,
): NetworkRuleAt | undefined {
  return networkRules
    .filter((rule) => (rule.decision === 'allow' ? coversRequest : couldCoverRequest)(rule, action))
    .reduce<NetworkRuleAt | undefined>(
      (first, rule) => (first && strictness[first.decision] >= strictness[rule.decision] ? first : rule),
      undefined,
    )
}

const answers = { allow: 'allow', prompt: 'ask', forbidden: 'deny' } as const
const verbs = { allow: 'allows', prompt: 'asks before', forbidden: 'forbids' } as const

function ruleVerdict({ host, protocol, decision, justification, file, line }: NetworkRuleAt, what: string): Verdict {
  const rule = `network_rule ${host} by ${protocol}: ${decision}`
  const why = justification === undefined ? rule : `${rule}: ${justification}`
  return {
    answer: answers[decision],
    layer: 'exec policy',
    rule,
    reason: `exec policy ${verbs[decision]} ${what} (${why})`,
    file,
    line,
    ...(justification !== undefined && { justification }),
    ...(decision === 'forbidden' && { hint: `Change the rule in ${file}.`, isForbidden: true }),
  }
}

function denial(rule: string, reason: string, hint: string, layer: string): Verdict {
  return { answer: 'deny', layer, rule, reason, hint }
}
