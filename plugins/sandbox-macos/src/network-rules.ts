import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { type Form, quoted } from './profile-form.ts'
import type { ProfileParameters } from './profile-parameters.ts'

/** Resolves names; a stream socket of the system's. */
const nameResolver: Form = ['literal', quoted('/private/var/run/mDNSResponder')]
/** Settings of the network, and the system's check of certificates: it fetches from addresses that a certificate names, so it comes with the whole network alone. */
const networkServices = [
  'com.apple.SystemConfiguration.configd',
  'com.apple.SystemConfiguration.DNSConfiguration',
  'com.apple.networkd',
  'com.apple.trustd.agent',
  'com.apple.trustd',
]

/**
 * The network of a policy. A Mac has one loopback for all, so `none` has none: with it a command would reach every service of this machine
 * that trusts its own users (databases, debuggers, notebooks). Sockets by path work in the command's own temp directory, where
 * nobody else has any. A relay is one port of the loopback.
 *
 * @param ownTemp absent: no sockets by path
 */
export function networkRules(
  network: SandboxPolicy['network'],
  ownTemp: string | undefined,
  { tree }: ProfileParameters,
): readonly Form[] {
  return [...ownSockets(ownTemp === undefined ? undefined : tree(ownTemp)), ...addresses(network)]
}

function ownSockets(place: Form | undefined): readonly Form[] {
  if (place === undefined) return []
  return [
    ['allow', 'system-socket', ['socket-domain', 'AF_UNIX']],
    ['allow', 'network-bind', ['local', 'unix-socket', place]],
    ['allow', 'network-outbound', ['remote', 'unix-socket', place]],
  ]
}

function addresses(network: SandboxPolicy['network']): readonly Form[] {
  if (network === 'none') return []
  if (network !== 'host') {
    return [['allow', 'network-outbound', ['remote', 'ip', quoted(`localhost:${network.relayPort}`)]]]
  }
  return [
    ['allow', 'system-socket'],
    ['allow', 'network-bind', 'network-inbound', ['local', 'ip', quoted('*:*')]],
    ['allow', 'network-outbound', ['remote', 'ip', quoted('*:*')], nameResolver],
    ['allow', 'mach-lookup', ...networkServices.map((name): Form => ['global-name', quoted(name)])],
  ]
}
