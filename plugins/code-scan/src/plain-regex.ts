const outside: Readonly<Record<string, string>> = {
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
  d: '[0-9]',
  D: '[^0-9]',
  s: '[ \\t-\\r]',
  S: '[^ \\t-\\r]',
  b: '(?-u:\\b)',
}
const inside: Readonly<Record<string, string>> = { w: '0-9A-Za-z_', d: '0-9', s: ' \\t-\\r' }
const ascii = '[\\x00-\\x7f]'
const insideAscii: Readonly<Record<string, string>> = {
  ...inside,
  W: '\\x00-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\x7f',
  D: '\\x00-\\x2f\\x3a-\\x7f',
  S: '\\x00-\\x08\\x0e-\\x1f\\x21-\\x7f',
}

/**
 * The same expression with `\w`, `\d`, `\s` and `\b` of ASCII: the parser's mean all of Unicode, and each then takes a millisecond to compile.
 * It compiles a rule anew for every file.
 */
export function plainRegex(regex: string): string {
  if (regex.includes('(?x') || /\(\?[a-z]*u/.test(regex)) return regex
  return partsOf(regex.replaceAll('[\\s\\S]', '(?s:.)'))
    .map(({ text, escaped, depth }) => (escaped && (depth > 0 ? inside : outside)[escaped]) ?? text)
    .join('')
}

/**
 * The same expression for a text that is ASCII alone, where it compiles two to four times as fast: everything that could stand for another
 * character (`.`, `[^a]`, the Kelvin sign for `(?i)k`) costs the parser a table of its own, and a choice of words that may begin anywhere a search for them.
 */
export function asciiRegex(regex: string): string {
  const [leading = '', flags = ''] = /^\(\?([is]+)\)/.exec(regex) ?? []
  const rest = regex.slice(leading.length)
  // Flags in the middle, other alphabets and sets of classes are rare, and not worth a second parser of expressions.
  if (!isAscii(rest) || /\(\?[A-Za-z]*[smuxUR]|\\[pPuUxQ]|\[\^?\]|&&|--|~~/.test(rest)) return plainRegex(regex)
  const dot = flags.includes('s') ? ascii : '[\\x00-\\x09\\x0b-\\x7f]'
  const within = (set: string): string => (set.startsWith('[^') ? `(?u:[${set}&&${ascii}])` : set)
  const written = partsOf(rest).reduce<{ done: string; set: string }>(
    ({ done, set }, { text, escaped, depth }) => {
      const plain = (escaped && (depth > 0 ? insideAscii : outside)[escaped]) ?? text
      if (depth > 0) return { done, set: set + plain }
      if (set !== '') return { done: done + within(set + plain), set: '' }
      if (escaped) return { done: done + within(plain), set }
      return { done: done + (plain === '.' ? dot : plain), set }
    },
    { done: '', set: '' },
  ).done
  const isSearch = !rest.startsWith('^') && (flags.includes('i') || rest.includes('|'))
  return `(?-u)${leading}${isSearch ? `^${ascii}*(?:${written})` : written}`
}

/** True where `asciiRegex` may be used. */
export function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text)
}

interface RegexPart {
  readonly text: string
  /** The character behind a backslash. */
  readonly escaped?: string
  /** Of brackets that are open behind it. */
  readonly depth: number
}

function partsOf(regex: string): readonly RegexPart[] {
  const parts: RegexPart[] = []
  let depth = 0
  for (let index = 0; index < regex.length; index++) {
    const text = regex[index] ?? ''
    if (text === '\\') {
      const escaped = regex[++index] ?? ''
      parts.push({ text: `\\${escaped}`, escaped, depth })
      continue
    }
    if (text === '[') depth++
    else if (text === ']' && depth > 0) depth--
    parts.push({ text, depth })
  }
  return parts
}
