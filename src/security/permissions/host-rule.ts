import type { Action, NetworkProtocol } from '../../plugin-api/index.ts'
import { normaliseHost } from './network-pattern.ts'

/** Requests to one host over one protocol, whatever the method and the port: what `network_rule` of a `.rules` file can say. */
export interface HostRule {
  readonly host: string
  readonly protocol: NetworkProtocol
}

type NetworkAction = Extract<Action, { kind: 'network' }>

/** Whether the request is certainly one of those: for what allows. */
export function coversRequest(rule: HostRule, action: NetworkAction): boolean {
  return isHostOf(rule, action.host) && action.protocol === rule.protocol
}

/** Whether the request could be one of those: for what asks or forbids. */
export function couldCoverRequest(rule: HostRule, action: NetworkAction): boolean {
  return isHostOf(rule, action.host) && couldSpeak(action).includes(rule.protocol)
}

/** Whether this is the host, a name or an address, with brackets or without. */
export function isHostOf(rule: Pick<HostRule, 'host'>, host: string): boolean {
  return normaliseHost(rule.host) === normaliseHost(host)
}

function couldSpeak({ method, protocol }: NetworkAction): readonly NetworkProtocol[] {
  if (protocol !== undefined) return [protocol]
  return method === 'CONNECT' ? ['https', 'socks5_tcp'] : ['http', 'https']
}
