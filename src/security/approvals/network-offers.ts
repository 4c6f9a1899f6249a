import { networkRuleText } from '../../definitions/rule-text.ts'
import type { Action, ApprovalProposal } from '../../plugin-api/index.ts'
import { withUserHost } from '../exec-policy/exec-policy.ts'
import { type NetworkVerdictDeps, networkVerdict } from '../gate/network-verdict.ts'
import { describeAction, permissionText } from '../gate/resolve-action.ts'
import type { HostRule } from '../permissions/host-rule.ts'
import type { Offer, OfferDeps } from './offers-for.ts'

type NetworkAction = Extract<Action, { kind: 'network' }>

/** Every request to the port of the host, and every one over the protocol to the host; each where it may be asked for as well. */
export async function networkOffers(
  action: NetworkAction,
  deps: Pick<OfferDeps, 'canKeepRules' | 'verdictOf'> & NetworkVerdictDeps,
): Promise<readonly Offer[]> {
  const ofPort = await portOffer(action, deps)
  const ofHost = await hostOffer(action, deps)
  return [...(ofPort ? [ofPort] : []), ...(ofHost ? [ofHost] : [])]
}

async function portOffer(
  action: NetworkAction,
  { verdictOf }: Pick<OfferDeps, 'verdictOf'>,
): Promise<Offer | undefined> {
  const wider = {
    kind: 'permission',
    of: 'network',
    subject: `${action.host}:${action.port}`,
    purpose: `to ${describeAction(action)}`,
  } as const
  if ((await verdictOf(wider)).answer === 'deny') return undefined
  const text = permissionText(wider)
  const proposal: ApprovalProposal = {
    form: 'prefix',
    decisions: ['turn', 'session'],
    rules: [{ rule: text, matches: [describeAction(action), text] }],
  }
  return { proposal, grants: [{ type: 'action', action: wider }], lasting: [] }
}

/** As the rule that is written down for always; undefined where that would not save the question. */
async function hostOffer(
  action: NetworkAction,
  deps: Pick<OfferDeps, 'canKeepRules'> & NetworkVerdictDeps,
): Promise<Offer | undefined> {
  if (action.protocol === undefined) return undefined
  const rule: HostRule = { host: action.host, protocol: action.protocol }
  const execPolicy = withUserHost(deps.execPolicy, rule)
  if ((await networkVerdict(action, { ...deps, execPolicy })).answer !== 'allow') return undefined
  const proposal: ApprovalProposal = {
    form: 'family',
    decisions: ['turn', 'session', ...(deps.canKeepRules ? ['always' as const] : [])],
    rules: [
      { rule: networkRuleText({ ...rule, decision: 'allow' }), matches: [describeAction(action), hostRuleWords(rule)] },
    ],
  }
  return { proposal, grants: [{ type: 'host', ...rule }], lasting: [{ type: 'host', rule }] }
}

const ways = {
  http: 'every HTTP request that is not encrypted',
  https: 'every HTTPS request, and every tunnel by CONNECT',
  socks5_tcp: 'every tunnel by SOCKS',
  socks5_udp: 'every datagram by SOCKS',
} as const

/** In words that leave nothing out; what the profile denies stays denied. */
function hostRuleWords({ host, protocol }: HostRule): string {
  return `${ways[protocol]}, to ${host} on any port that the profile does not deny`
}
