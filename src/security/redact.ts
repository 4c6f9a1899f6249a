import { findComposed } from './secrets/find-composed.ts'
import { createTokenFinder, type SecretSpan } from './secrets/find-tokens.ts'

/** Text that stands where a secret stood. */
export const redactedMark = '[redacted]'

/** Names of environment variables whose values are taken for secrets. */
const secretVariable =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|COOKIE|PRIVATE|DSN|CONNECTION_STRING|DATABASE_URL/i
/** Shorter values are too likely to be ordinary words. */
const minLength = 8

/**
 * Gives a function that takes secrets out of a text: the values of secret-looking environment variables and of `secretValues` (also as base64 and
 * percent-encoded), and well-known shapes of tokens, private keys, and passwords in addresses. What was cut into pieces or encoded otherwise is not seen.
 * Values of assignments stay: a text that a model works on must not lose what only looks like a secret.
 */
export function createRedactor(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: readonly string[],
): (text: string) => string {
  const known = knownValues(env, secretValues)
  const findTokens = createTokenFinder()
  return (text) => {
    const withoutValues = known === undefined ? text : text.replace(known, redactedMark)
    return withoutSpans(withoutValues, [...findTokens(withoutValues), ...findComposed(withoutValues)])
  }
}

/**
 * One pattern for the values of secret-looking environment variables and for `secretValues`, also as base64 and
 * percent-encoded; undefined where there are none.
 */
export function knownValues(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: readonly string[],
): RegExp | undefined {
  const ofEnvironment = Object.entries(env).flatMap(([name, value]) =>
    secretVariable.test(name) && value ? [value] : [],
  )
  const values = [...ofEnvironment, ...secretValues]
    .map((value) => value.trim())
    .filter((value) => value.length >= minLength)
  return valuePattern(values.flatMap(spellings))
}

function withoutSpans(text: string, spans: readonly SecretSpan[]): string {
  const parts: string[] = []
  let done = 0
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    // What overlaps is one secret.
    if (start >= done) parts.push(text.slice(done, start), redactedMark)
    done = Math.max(done, end)
  }
  return done === 0 ? text : [...parts, text.slice(done)].join('')
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
