import { isIP } from 'node:net'
import type { NetworkProtocol } from '../../plugin-api/action.ts'

/** What a command wants to reach. */
export interface RelayTarget {
  /** `CONNECT` for a tunnel, in which no method is seen. */
  readonly method: string
  /** In the form that browsers give it: lower case, ASCII, an IPv4 address with four decimal numbers, an IPv6 one without brackets. */
  readonly host: string
  readonly port: number
  /** What the command speaks with the relay: a proxy request, CONNECT, or SOCKS. */
  readonly protocol: NetworkProtocol
}

/** A host and port as decided about; undefined where it is none. So `0x7f.1` is asked about as the address that it is. */
export function parseHostAndPort(host: string, port: number): Pick<RelayTarget, 'host' | 'port'> | undefined {
  if (!Number.isInteger(port) || port < 1 || port > 65535) return undefined
  const isBareIpv6 = isIP(host) === 6
  // What ends the host in a URL, or hides what it is, is no part of one.
  if (!isBareIpv6 && !/^(?:\[[0-9a-f:.]+\]|[^\s/?#@:\\[\]%]+)$/i.test(host)) return undefined
  const url = URL.parse(`http://${isBareIpv6 ? `[${host}]` : host}/`)
  if (url === null || url.hostname === '') return undefined
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port }
}

/** The authority of a CONNECT request: `host:port`, with brackets around an IPv6 address. */
export function parseAuthority(text: string): Pick<RelayTarget, 'host' | 'port'> | undefined {
  const [, host, port] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text) ?? []
  return host === undefined ? undefined : parseHostAndPort(host, Number(port))
}

/** The host and port as they stand in a URL. */
export function authorityOf({ host, port }: Pick<RelayTarget, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
