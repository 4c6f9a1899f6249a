import { isPassword } from './is-password.ts'
import { isPlaceholder } from './is-placeholder.ts'

/** Bits of a character: English-like names lie below, random base64 or hex above (hex has at most 4). */
const leastEntropyBits = 3.2
const leastLength = 12
const localHosts = /^(localhost|127\.0\.0\.1|db|database|postgres|mysql|mongo|redis)$/

/**
 * True where a literal (quotes included or not) that code calls a secret looks like a credential that works, and not like
 * a name or a placeholder. Tokens whose shape alone says what they are are found by `secret_scan`.
 */
export function isSecret(literal: string): boolean {
  const text = literal.replace(/^[a-zA-Z]{0,2}(['"`]{3}|['"`])([\s\S]*)\1$/, '$2')
  if (isPlaceholder(text)) return false
  const url = /^[a-z][a-z+.-]*:\/\/(?:[^:@/\s]*:([^@/\s]+)@)?([^/:\s]*)/i.exec(text)
  if (url) return url[1] !== undefined && !localHosts.test(url[2] ?? '') && (isSecret(url[1]) || isPassword(url[1]))
  if (/\s/.test(text) || /^[./~]|^[\w.+-]+@[\w-]+\.\w+$/.test(text) || isWords(text)) return false
  if (text.length < leastLength) return isMixedPassword(text)
  return /\d/.test(text) && entropyBits(text) >= leastEntropyBits
}

/** `access_token_2`, `settings.apiKey.label`: words and small numbers. */
function isWords(text: string): boolean {
  return text
    .split(/[-_.:/]/)
    .every((part) => /^([A-Za-z]?[a-z]*([A-Z][a-z]+)*|[A-Z]+|\d{1,4}|[a-z]+\d{1,3})$/.test(part))
}

/** A short password of all kinds of characters, such as `Tr0ub4dor&3`. */
function isMixedPassword(text: string): boolean {
  return text.length >= 8 && [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].every((kind) => kind.test(text))
}

/** Shannon entropy of a text, in bits for each character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  const length = [...text].length
  return [...counts.values()].reduce((bits, count) => bits - (count / length) * Math.log2(count / length), 0)
}
