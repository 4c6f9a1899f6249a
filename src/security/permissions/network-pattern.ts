import { domainToASCII } from 'node:url'

interface Endpoint {
  readonly method: string
  readonly host: string
  readonly port: string | undefined
}

/** Writes a request as the subject of the `network` dimension. */
export function networkSubject(request: { method: string; host: string; port: number }): string {
  const host = request.host.includes(':') && !request.host.startsWith('[') ? `[${request.host}]` : request.host
  return `${request.method.toUpperCase()} ${host}:${request.port}`
}

/** Compiles `METHOD host[:port]`; METHOD and host may be `*`, a host may start with `*.` (its subdomains, not itself). */
export function compileNetworkPattern(pattern: string): (subject: string) => boolean {
  const expected = parseEndpoint(pattern)
  if (expected === undefined) return () => false
  return (subject) => {
    const actual = parseEndpoint(subject)
    if (actual === undefined) return false
    return (
      (expected.method === '*' || expected.method === actual.method) &&
      hostMatches(actual.host, expected.host) &&
      (expected.port === undefined || expected.port === actual.port)
    )
  }
}

/** The host of a pattern, without brackets; undefined for what is no pattern. */
export function hostOfPattern(pattern: string): string | undefined {
  return parseEndpoint(pattern)?.host.replace(/^\[(.*)\]$/, '$1')
}

function hostMatches(host: string, expected: string): boolean {
  if (expected === '*') return true
  if (expected.startsWith('*.')) return host.endsWith(expected.slice(1)) && host.length > expected.length - 1
  return host === expected
}

function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(\S+)\s+(\[[^\]]+\]|[^\s:]+)(?::(\d+|\*))?$/.exec(text.trim())
  if (match === null) return undefined
  const [, method = '', host = '', port] = match
  return { method: method.toUpperCase(), host: normaliseHost(host), port: port === '*' ? undefined : port }
}

/** Lower case, without the root's dot, in the ASCII form of international names; an IPv6 address in brackets, in its shortest form. */
export function normaliseHost(host: string): string {
  const plain = (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host).replace(/\.+$/, '')
  if (plain === '*') return plain
  if (plain.startsWith('*.')) return `*.${domainToASCII(plain.slice(2)) || plain.slice(2).toLowerCase()}`
  return domainToASCII(plain) || plain.toLowerCase()
}
