const placeholder =
  /example|sample|dummy|placeholder|change[-_]?me|your[-_ ]|my[-_]?(secret|token|key|password)|test|fake|mock|secret[-_]?(key|here)?$|password\d*$|xxx|\*{3}|\.\.\.|<[^>]*>|\$\{|\{\{|todo|fixme|redacted|insert|replace|default|undefined|null|none|foobar|lorem|0123456|1234567|abcdef/i

/** Token shapes that their issuers publish, so that length and entropy need not speak for them. */
const knownShapes =
  /^(AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,}|xox[abposr]-[\w-]{10,}|sk_live_\w{16,}|rk_live_\w{16,}|sk-[A-Za-z0-9_-]{20,}|AIza[\w-]{35}|SG\.[\w-]{22}\.[\w-]{43}|npm_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*)/

/** Bits of a character in English-like names are below, in random base64 or hex above (hex at most 4). */
const leastEntropyBits = 3.2
const leastLength = 12

/** True where a literal (quotes included or not) looks like a credential that works, and not like a name or a placeholder. */
export function isSecret(literal: string): boolean {
  const text = literal.replace(/^[a-zA-Z]{0,2}(['"`]{3}|['"`])([\s\S]*)\1$/, '$2')
  if (placeholder.test(text.replace(/^sk_live_|^rk_live_/, ''))) return false
  if (knownShapes.test(text)) return true
  if (text.length < leastLength || /\s/.test(text)) return isPassphrase(text)
  if (
    /^[a-z]+:\/\/[^:@/]*$|^(https?|wss?|file):\/\/[^@]*$|^[./~]|^[\w-]+(\.[\w-]+)+$|^[\w.+-]+@[\w-]+\.\w+$/i.test(text)
  )
    return false
  if (/^[a-z]+([-_.: /][a-z]+)*$/i.test(text) && !/[a-z][A-Z].*[A-Z]/.test(text)) return false
  return entropyBits(text) >= leastEntropyBits && /\d/.test(text)
}

/** A short password of mixed characters, such as `Tr0ub4dor&3`. */
function isPassphrase(text: string): boolean {
  return text.length >= 8 && /^\S+$/.test(text) && [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].every((kind) => kind.test(text))
}

/** Shannon entropy of a text, in bits for each character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  const length = [...text].length
  return [...counts.values()].reduce((bits, count) => bits - (count / length) * Math.log2(count / length), 0)
}
