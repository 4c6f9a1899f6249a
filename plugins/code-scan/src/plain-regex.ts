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

/**
 * The same expression over ASCII: for the parser's expressions `\w`, `\d`, `\s` and `\b` mean all of Unicode, and each then takes a
 * millisecond to compile. It compiles a rule anew for every file.
 */
export function plainRegex(regex: string): string {
  if (regex.includes('(?x') || /\(\?[a-z]*u/.test(regex)) return regex
  let plain = ''
  let depth = 0
  for (let index = 0; index < regex.length; index++) {
    const character = regex[index] ?? ''
    if (character === '\\') {
      const escaped = regex[++index] ?? ''
      const replaced = (depth > 0 ? inside : outside)[escaped]
      plain += replaced ?? `\\${escaped}`
      continue
    }
    if (character === '[') depth++
    else if (character === ']' && depth > 0) depth--
    plain += character
  }
  return plain
}
