import { lazily } from '../kernel/lazily.ts'
import { findComposed } from './secrets/find-composed.ts'
import { createPercentFinder } from './secrets/find-percent-encoded.ts'
import { createTokenFinder, type SecretSpan } from './secrets/find-tokens.ts'

/** Text that stands where a secret stood. */
export const redactedMark = '[redacted]'

/** Names of environment variables whose values are taken for secrets; an author is a person, who may be named. */
const secretVariable =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH(?!OR_)|COOKIE|PRIVATE|DSN|CONNECTION_STRING|DATABASE_URL/i
/** Names of variables that say where a secret lies: a path is none. */
const placeVariable = /_(?:FILE|PATH|DIR|SOCK)$|^XAUTHORITY$/i
/** Shorter values are too likely to be ordinary words. */
const minLength = 8

/**
 * Gives a function that takes secrets out of a text: the values of secret-looking environment variables and of `secretValues` (also as base64,
 * hexadecimal and percent-encoded, whichever of their characters are), and well-known shapes of tokens, private keys, and passwords in addresses. What was cut into pieces or encoded otherwise is not seen.
 * Values of assignments stay: a text that a model works on must not lose what only looks like a secret.
 * `secretValues` may be a function, for values that become known later: it is asked at every text.
 */
export function createRedactor(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: SecretValues,
): (text: string) => string {
  const withoutKnown = createValueRedactor(env, secretValues)
  const findTokens = createTokenFinder()
  return (text) => {
    const withoutValues = withoutKnown(text)
    return withoutSpans(withoutValues, [...findTokens(withoutValues), ...findComposed(withoutValues)])
  }
}

/** Values to take out, each as it is; a function gives another list once there are more. */
export type SecretValues = readonly string[] | (() => readonly string[])

/** Takes known values out of a text. */
export interface ValueRedactor {
  (text: string): string
  /** Where a value that has white space in it may have begun that the text does not end; the length of the text where none has. */
  openFrom(text: string): number
}

/** As `createRedactor`, for the values alone: whatever else only looks like a secret stays. */
export function createValueRedactor(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: SecretValues,
): ValueRedactor {
  const valuesNow = typeof secretValues === 'function' ? secretValues : () => secretValues
  let compiled:
    | {
        readonly of: readonly string[]
        readonly pattern: RegExp | undefined
        readonly spaced: readonly string[]
        readonly findEncoded: ReturnType<typeof createPercentFinder>
      }
    | undefined
  const compile = () => {
    const of = valuesNow()
    if (compiled?.of === of) return compiled
    const values = valuesOf(env, of)
    const known = values.flatMap(spellings)
    const spaced = known.filter((value) => /\s/.test(value))
    const finder = lazily(() => createPercentFinder(values)) // most texts have no percent sign
    const findEncoded = (text: string) => (text.includes('%') ? finder()(text) : [])
    compiled = { of, pattern: valuePattern(known), spaced, findEncoded }
    return compiled
  }
  const redact = (text: string) => {
    const { pattern, findEncoded } = compile()
    if (pattern === undefined) return text
    // First, since a value that stands as it is may be the beginning of one that is encoded behind it.
    return withoutSpans(text, findEncoded(text)).replace(pattern, redactedMark)
  }
  return Object.assign(redact, {
    openFrom: (text: string) =>
      compile().spaced.reduce((from, value) => Math.min(from, beginningOf(value, text)), text.length),
  })
}

/** Where a beginning of `value` stands at the end of a text; the length of the text where none does. */
function beginningOf(value: string, text: string): number {
  let at = text.indexOf(value.charAt(0), Math.max(0, text.length - value.length + 1))
  while (at !== -1 && !value.startsWith(text.slice(at))) at = text.indexOf(value.charAt(0), at + 1)
  return at === -1 ? text.length : at
}

/**
 * One pattern for the values of secret-looking environment variables and for `secretValues`, also as base64 and
 * percent-encoded; undefined where there are none.
 */
export function knownValues(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: readonly string[],
): RegExp | undefined {
  return valuePattern(valuesOf(env, secretValues).flatMap(spellings))
}

function valuesOf(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: readonly string[],
): readonly string[] {
  const ofEnvironment = Object.entries(env).flatMap(([name, value]) => (value && isSecret(name, value) ? [value] : []))
  return [...ofEnvironment, ...secretValues].map((value) => value.trim()).filter((value) => value.length >= minLength)
}

function isSecret(name: string, value: string): boolean {
  return secretVariable.test(name) && !(placeVariable.test(name) && value.startsWith('/'))
}

function withoutSpans(text: string, spans: readonly Pick<SecretSpan, 'start' | 'end'>[]): string {
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
  const base64 = [0, 1, 2].flatMap((offset) => base64Core(value, offset))
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const hex = Buffer.from(value).toString('hex')
  const whole = Buffer.from(value).toString('base64').replace(/=+$/, '')
  return [value, ...escapes(value), whole, ...base64, ...urlSafe, hex, hex.toUpperCase()]
}

/** As programs write it into addresses, forms and JSON; most values hold nothing that any of them would write otherwise. */
function escapes(value: string): readonly string[] {
  if (/^[\w.-]*$/.test(value)) return []
  const json = JSON.stringify(value).slice(1, -1)
  const asciiJson = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const uri = encodeURIComponent(value)
  // RFC 3986 reserves what JavaScript leaves; other languages leave `/`, and forms write a space as `+`.
  const strict = uri.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = new URLSearchParams([['', value]]).toString().slice(1)
  const percent = [uri, strict, strict.replaceAll('%2F', '/'), form]
  const small = percent.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
  return [json, asciiJson, json.replaceAll('/', '\\/'), ...percent, ...small]
}

/** What base64 makes of a value wherever it stands in a longer text: so many bytes of another group before it, and the last group may go on. */
function base64Core(value: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
  const text = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
  const core = offset === 0 ? text : text.slice(4)
  return core.length >= minLength ? [core] : []
}

/** One pattern for all, longest first, so that no part of a longer secret stays. */
function valuePattern(values: readonly string[]): RegExp | undefined {
  const unique = [...new Set(values)].sort((a, b) => b.length - a.length)
  if (unique.length === 0) return undefined
  return new RegExp(unique.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
}
