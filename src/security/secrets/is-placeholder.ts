const words =
  /example|sample|dummy|placeholder|change[-_ ]?(me|it|this)|replace[-_ ]?(me|with|this)|(^|[-_ ])(your|my|the|some)[-_ ]|xxxx|\*{3}|\.\.\.|<[^>]*>|&lt;|\$\{|\$\(|\{\{|%[({]|#\{|todo|fixme|redacted|insert|default|undefined|foobar|lorem|not[-_ ]?a?[-_ ]?(real|secret|used)|fake|mock|secret[-_]?(key|here)?$|password\d*$|hunter2|correct.?horse|letmein|qwerty|deadbeef|cafebabe/i
const testWord = /(^|[^a-z])tests?([^a-z]|$)|test[-_ ]?(key|token|secret|pass)/i

/** True for a value that stands for a credential without being one: examples, templates, sequences, repetitions. */
export function isPlaceholder(value: string): boolean {
  return words.test(value) || testWord.test(value) || /^\$\w+$|^%\w+%$/.test(value) || isMonotonous(value)
}

/** `aaaaaaaa`, `abcdefgh`, `0123456789abcdef`, `a1a1a1a1`: what a hand types that means nothing. */
function isMonotonous(value: string): boolean {
  const codes = [...value.toLowerCase()].map((character) => character.codePointAt(0) ?? 0)
  if (codes.length < 8) return new Set(codes).size <= 2
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  const small = steps.filter((step) => Math.abs(step) <= 1).length
  if (small * 2 >= steps.length) return true
  if (new Set(codes).size < Math.min(6, codes.length / 2)) return true
  return [2, 3, 4, 5, 6, 7, 8, 10, 16].some(
    (period) => period * 2 <= codes.length && codes.every((code, at) => at < period || code === codes[at - period]),
  )
}

/** Shannon entropy of a text, in bits for each character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  const length = [...text].length
  return [...counts.values()].reduce((bits, count) => bits - (count / length) * Math.log2(count / length), 0)
}
