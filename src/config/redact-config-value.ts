import { isTable } from './table.ts'

const redacted = '[redacted]'
const secretName = /(?:key|token|secret|passw(?:or)?d|authorization|credentials?|cookie)s?$/i
/** Names that end like a secret and hold the name of an environment variable, or a number. */
const openNames = new Set(['env_key'])

/**
 * A configuration value as it may be shown: texts whose key names a secret, variables set for MCP servers, secret headers and
 * parameters, and passwords in URLs are replaced. A list is looked through, tables in it included.
 */
export function redactConfigValue(path: readonly string[], value: unknown): unknown {
  if (typeof value === 'string') return isSecret(path) ? redacted : withoutUrlPassword(value)
  if (Array.isArray(value)) return value.map((item) => redactConfigValue(path, item))
  if (isTable(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, redactConfigValue([...path, key], item)]),
    )
  }
  return value
}

function isSecret(path: readonly string[]): boolean {
  const name = path.at(-1) ?? ''
  if (path[0] === 'mcp_servers' && path[2] === 'env') return true
  // A collector's headers are there to carry its key, whatever they are called.
  if (path[0] === 'otel' && path.at(-2) === 'headers') return true
  // Headers that name a variable hold no secret themselves.
  if (path.includes('env_http_headers') || openNames.has(name)) return false
  if (path.includes('http_headers') || path.includes('query_params'))
    return secretName.test(name) || /auth|sig/i.test(name)
  return secretName.test(name)
}

function withoutUrlPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/@\s:]*):[^/@\s]*@/i, `$1:${redacted}@`)
}
