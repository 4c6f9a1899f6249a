/** Text that stands where a secret stood. */
export const redactedMark = '[redacted]'

/** Names of environment variables whose values are taken for secrets. */
const secretVariable =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|COOKIE|PRIVATE|DSN|CONNECTION_STRING|DATABASE_URL/i
/** Shorter values are too likely to be ordinary words. */
const minLength = 8

/**
 * Shapes of well-known credentials, from what their issuers publish for scanners. No run before a fixed text may be
 * unbounded where its beginning can stand inside the run: that takes the square of a text's length.
 */
const tokenShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  /\bsk-(?:[A-Za-z]+-)*[A-Za-z0-9_-]{16,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{30,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bpypi-[A-Za-z0-9_-]{40,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|rk|pk)_live_[A-Za-z0-9]{16,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{8,1024}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
]
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{12,}/gi
/** Begins at `://` and not at the scheme: a scheme could begin at every letter of a long word, which takes its length squared. */
const urlPassword = /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g

/**
 * Gives a function that takes secrets out of a text: the values of secret-looking environment variables and of `secretValues` (also as base64 and
 * percent-encoded), and well-known shapes of tokens, private keys, and passwords in addresses. What was cut into pieces or encoded otherwise is not seen.
 */
export function createRedactor(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: readonly string[],
): (text: string) => string {
  const ofEnvironment = Object.entries(env).flatMap(([name, value]) =>
    secretVariable.test(name) && value ? [value] : [],
  )
  const values = [...ofEnvironment, ...secretValues]
    .map((value) => value.trim())
    .filter((value) => value.length >= minLength)
  const known = valuePattern(values.flatMap(spellings))
  return (text) => {
    const withoutValues = known === undefined ? text : text.replace(known, redactedMark)
    const withoutTokens = tokenShapes.reduce((rest, shape) => rest.replace(shape, redactedMark), withoutValues)
    return withoutTokens.replace(bearer, `$1 ${redactedMark}`).replace(urlPassword, `$1${redactedMark}`)
  }
}

function spellings(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString('base64')
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), base64.replace(/=+$/, '')]
}

/** One pattern for all, longest first, so that no part of a longer secret stays. */
function valuePattern(values: readonly string[]): RegExp | undefined {
  const unique = [...new Set(values)].sort((a, b) => b.length - a.length)
  if (unique.length === 0) return undefined
  return new RegExp(unique.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
}
