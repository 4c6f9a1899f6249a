import { BlockList, isIP } from 'node:net'
import type { Rule } from '../../plugin-api/index.ts'
import { compileNetworkPattern } from './network-pattern.ts'

/**
 * Addresses that are not of the public internet: the special-purpose registries of RFC 6890 as IANA keeps them (this host, private, shared,
 * loopback, link-local, benchmarks, documentation, multicast, reserved, segment routing, discard), unique and site-local IPv6, relays that
 * are no more (RFC 7526), and the IPv6 forms that hold an IPv4 address (RFC 4291, sections 2.5.5.1 and 2.5.5.2; RFC 2765, section 2.1).
 */
const specialIpv4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
const specialIpv6 = [
  ...['::/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32', '2001:2::/48'],
  ...['2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
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

/** True where a rule of the network means this very host: each clause has a pattern for it that does not begin with `*`. `* *` means the public internet. */
export function namesHost(rule: Rule, subject: string): boolean {
  if (rule.length === 0) return false
  return rule.every(({ allow }) =>
    allow.some((pattern) => !/^\S+\s+\*/.test(pattern.trim()) && compileNetworkPattern(pattern)(subject)),
  )
}
