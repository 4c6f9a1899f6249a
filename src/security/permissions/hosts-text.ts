/**
 * Patterns of the `network` dimension (`METHOD host`) for people: each host once, with its methods where they are not all. CONNECT
 * is left out: it is how a request within TLS is seen, and no method of its own.
 */
export function hostsText(patterns: readonly string[]): readonly string[] {
  const pairs = patterns.map((pattern) => /^(\S+)\s+(.*)$/.exec(pattern.trim()) ?? [pattern, '*', pattern])
  return [...Map.groupBy(pairs, ([, , host = '']) => host)].map(([host, each]) => {
    const methods = each.map(([, method = '']) => method)
    const named = methods.length > 1 ? methods.filter((method) => method !== 'CONNECT') : methods
    return methods.includes('*') ? host : `${host} (${named.join(', ')})`
  })
}
