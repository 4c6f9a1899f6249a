import { isPassword } from './is-password.ts'
import { isPlaceholder } from './is-placeholder.ts'

/** Token shapes that their issuers publish, so that length and entropy need not speak for them. */
const knownShapes =
  /^(AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,}|xox[abposr]-[\w-]{10,}|sk_live_\w{16,}|rk_live_\w{16,}|sk-[A-Za-z0-9_-]{20,}|AIza[\w-]{35}|SG\.[\w-]{22}\.[\w-]{43}|npm_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{100,})/

/** Bits of a character: English-like names lie below, random base64 or hex above (hex has at most 4). */
const leastEntropyBits = 3.2
const leastLength = 12
const localHosts = /^(localhost|127\.0\.0\.1|db|database|postgres|mysql|mongo|redis)$/

/** True where a literal (quotes included or not) looks like a credential that works, and not like a name or a placeholder. */
export function isSecret(literal: string): boolean {
  const text = literal.replace(/^[a-zA-Z]{0,2}(['"`]{3}|['"`])([\s\S]*)\1$/, '$2')
  if (isPlaceholder(text)) return false
  if (knownShapes.test(text)) return true
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
