import type { FoundSecret } from '../../plugin-api/tool.ts'
import { type AssignmentOptions, findAssignments } from './find-assignments.ts'
import { findComposed } from './find-composed.ts'
import { createTokenFinder, type SecretSpan } from './find-tokens.ts'
import { isPlaceholder } from './is-placeholder.ts'

/** Hosts whose passwords open nothing elsewhere. */
const localHost =
  /^(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|db|database|postgres|mysql|mariadb|mongo|mongodb|redis|rabbitmq|host|hostname|[\w.-]*example\.(?:com|org|net))(?![\w.-])/i
/** Keys that may be published. */
const isPublic = /^pk_live_/

/** Gives a function that finds the credentials in a text that look as if they worked, in order. It takes one pass: no input makes it slow. */
export function createSecretFinder(): (text: string, options?: AssignmentOptions) => readonly FoundSecret[] {
  const findTokens = createTokenFinder()
  return (text, options = {}) => {
    const shaped = [...findTokens(text), ...findComposed(text)].filter((span) => isReal(text, span))
    const assigned = findAssignments(text, options)
    return withoutOverlaps([...shaped, ...assigned]).map((span) => describe(text, span))
  }
}

/** How a secret is shown: what is public of its beginning, and its length. */
function describe(text: string, { rule, title, start, end, publicLength }: SecretSpan): FoundSecret {
  const shown = `${text.slice(start, start + publicLength)}[redacted, ${end - start} characters]`
  return { rule, title, start, end, shown, confidence: confidenceOf(rule), guessable: isGuessable(rule) }
}

function confidenceOf(rule: string): FoundSecret['confidence'] {
  if (rule === 'secret-assignment' || rule === 'secret-url-password' || rule === 'secret-authorization') return 'medium'
  return rule === 'secret-jwt' || rule === 'secret-twilio-key' || rule === 'secret-mailgun-key' ? 'medium' : 'high'
}

/** What a person may have thought out: a hash of it can be tried out. */
function isGuessable(rule: string): boolean {
  return rule === 'secret-assignment' || rule === 'secret-url-password' || rule === 'secret-authorization'
}

function isReal(text: string, span: SecretSpan): boolean {
  const value = text.slice(span.start, span.end)
  const own = value.slice(span.publicLength)
  switch (span.rule) {
    case 'secret-private-key':
      return keyText(own.replace(/^-+BEGIN[^-]*-+/, '')) !== undefined
    case 'secret-jwt':
      return isSignedToken(value)
    case 'secret-url-password':
      return own.length >= 4 && !localHost.test(text.slice(span.end + 1, span.end + 60)) && !isWordOrPlaceholder(own)
    case 'secret-authorization':
      return own.length >= 20 && /\d/.test(own) && !isPlaceholder(own) && !/^[a-z]+([._-][a-z]+)*$/i.test(own)
    default:
      return !isPublic.test(value) && !isPlaceholder(own) && (/\d/.test(own) || own.length > 40)
  }
}

function isWordOrPlaceholder(password: string): boolean {
  return isPlaceholder(password) || /^(?:[a-z]+\d{0,3}|[A-Z_]+|\d{1,6}|[\w.]*pass(?:word)?\w*|[$%:{].*)$/.test(password)
}

/** The header says an algorithm, and there is a signature; the tokens of documentation are none. */
function isSignedToken(token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.')
  if (signature.length < 20 || isPlaceholder(signature)) return false
  const decoded = [header, payload].map((part) => Buffer.from(part, 'base64url').toString())
  return /"alg"\s*:/.test(decoded[0] ?? '') && !/"John Doe"|"1234567890"|"Joe Coder"/.test(decoded[1] ?? '')
}

/** What a key holds, where it is long enough for one and no placeholder: its longest line. */
function keyText(body: string): string | undefined {
  const lines = body.split(/\s+|\\n/)
  const sizes = lines.reduce((sum, line) => sum + line.length, 0)
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), '')
  return sizes >= 120 && !isPlaceholder(longest) ? longest : undefined
}

/** Of two that overlap, the one that begins first and, there, the one found first. */
function withoutOverlaps(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  let end = 0
  return spans
    .map((span, order) => ({ span, order }))
    .sort((a, b) => a.span.start - b.span.start || a.order - b.order)
    .flatMap(({ span }) => {
      if (span.start < end) return []
      end = span.end
      return [span]
    })
}
