const defaultIntervalMs = 300_000
/** A token is taken anew so long before it expires, or after nine tenths of a shorter life. */
const marginMs = 60_000

/**
 * When a token has to be taken anew, in milliseconds since 1970: before the `exp` of a JWT (RFC 7519, 4.1.4), and `intervalMs`
 * after now, whichever comes first. An interval of 0 counts as none; undefined: 300000 for a token that tells no end.
 */
export function renewalTime(token: string, intervalMs: number | undefined, nowMs: number): number {
  const expiryMs = expiryOf(token)
  const bounds = [
    ...(expiryMs === undefined ? [] : [expiryMs - Math.min(marginMs, Math.max(0, expiryMs - nowMs) / 10)]),
    ...(intervalMs ? [nowMs + intervalMs] : []),
  ]
  if (bounds.length > 0) return Math.min(...bounds)
  return intervalMs === 0 ? Number.POSITIVE_INFINITY : nowMs + defaultIntervalMs
}

/** Undefined for what is no JWT, or one without an end. */
function expiryOf(token: string): number | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  try {
    const claims: { readonly exp?: unknown } | null = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString())
    return typeof claims?.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    return undefined
  }
}
