/** What a command's own servers are reached by, in its own network. */
const loopbackNames = ['localhost', '127.0.0.1', '::1'] as const

/**
 * Variables by which programs find the relay: those that curl, git, pip, cargo, go and npm read, in both spellings (curl reads
 * `http_proxy` in lower case alone), and the one with which Node does (22.21 and 24). An HTTP proxy in `ALL_PROXY` too: of a SOCKS one
 * some libraries fail to start (httpx without socksio). The loopback is a command's own, unless it is
 * named, to be allowed or asked about: then the machine's is meant, and it is the relay that leads there.
 */
export function proxyEnvironment(relayPort: number, namedHosts: readonly string[]): Readonly<Record<string, string>> {
  const proxy = `http://127.0.0.1:${relayPort}`
  const named = new Set(namedHosts)
  const direct = loopbackNames.filter((name) => !named.has(name)).join(',')
  return {
    ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => both(name, proxy))),
    ...Object.fromEntries(both('NO_PROXY', direct)),
    NODE_USE_ENV_PROXY: '1',
  }
}

function both(name: string, value: string): readonly (readonly [string, string])[] {
  return [
    [name, value],
    [name.toLowerCase(), value],
  ]
}
