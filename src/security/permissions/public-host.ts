import { BlockList, isIP } from 'node:net'
import type { Permissions } from '../../plugin-api/index.ts'
import { compileNetworkPattern } from './network-pattern.ts'

/**
 * Addresses that are not of the public internet: the special-purpose registries of RFC 6890 (this host, private, shared,
 * loopback, link-local, benchmarks, multicast, reserved), unique local IPv6, and the IPv6 forms that hold an IPv4 address.
 */
const specialIpv4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
]
const specialIpv6 = [
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  '2001::/32',
]

/** True for an address of the public internet; a name is one until it is resolved, but for `localhost`. */
export function isPublicHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  const version = isIP(bare)
  if (version === 0) return !/(?:^|\.)localhost\.?$/i.test(bare)
  return !specialAddresses().check(bare, version === 4 ? 'ipv4' : 'ipv6')
}

function specialAddresses(): BlockList {
  const list = new BlockList()
  for (const [subnets, family] of [[specialIpv4, 'ipv4'] as const, [specialIpv6, 'ipv6'] as const]) {
    for (const subnet of subnets) {
      const [address = '', bits] = subnet.split('/')
      list.addSubnet(address, Number(bits), family)
    }
  }
  return list
}

/** True where the permissions mean this very host: each clause has a pattern for it that does not begin with `*`. `* *` means the public internet. */
export function namesHost({ network }: Pick<Permissions, 'network'>, subject: string): boolean {
  if (network.allow.length === 0) return false
  return network.allow.every(({ allow }) =>
    allow.some((pattern) => !/^\S+\s+\*/.test(pattern.trim()) && compileNetworkPattern(pattern)(subject)),
  )
}
