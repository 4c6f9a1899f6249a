import type { Env } from '../config/codex-home.ts'
import { CodexError } from '../plugin-api/errors.ts'

/**
 * The variables in which an agent of `node:http` finds the proxy for a request, spelled as it understands them; none where the request
 * goes directly. What the agent would pass over in silence is an error here, so that nothing goes past a proxy that somebody set.
 *
 * @throws CodexError `config.invalid`
 */
export function requestProxy(url: URL, env: Env): Readonly<Record<string, string>> {
  const scheme = url.protocol.slice(0, -1)
  const name = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`].find((each) => env[each]?.trim())
  if (name === undefined) return {}
  const exceptions = env.no_proxy || env.NO_PROXY || ''
  const proxy = readProxy(env[name] ?? '')
  if (proxy) return { [`${scheme}_proxy`]: proxy.href, no_proxy: exceptions }
  if (isException(url, exceptions)) return {}
  throw new CodexError(
    'config.invalid',
    `The variable ${name} is no address of an HTTP proxy, so nothing is sent to ${url.host}`,
    {
      hint: `Write ${name} as http://HOST:PORT or http://NAME:PASSWORD@HOST:PORT (SOCKS is not spoken), name the host in NO_PROXY, or unset ${name}.`,
    },
  )
}

/** The address that a variable names; undefined for what is no address of an HTTP proxy, such as one of SOCKS. */
export function readProxy(value: string): URL | undefined {
  const text = value.trim()
  // Without a scheme, as curl takes it, but with its port: a bare word may be anything.
  const whole = /^[^/]+:\d+\/?$/.test(text) ? `http://${text}` : text
  const url = /^https?:\/\//i.test(whole) ? URL.parse(whole) : null
  return url && isDecodable(url.username) && isDecodable(url.password) ? url : undefined
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** As `node:http` reads NO_PROXY, but for ranges of addresses. */
function isException({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  const place = `${host}:${port || (protocol === 'https:' ? 443 : 80)}`
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some(
      (entry) =>
        entry === '*' ||
        entry === host ||
        entry === place ||
        (entry.startsWith('.') && `.${host}`.endsWith(entry)) ||
        (entry.startsWith('*.') && host.endsWith(entry.slice(1))),
    )
}
