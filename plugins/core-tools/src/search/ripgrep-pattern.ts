/** Characters that JavaScript's `\s` stands for within a line. */
const blanks = '\\t\\x0B\\x0C \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}'
const inClass: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: blanks,
  t: '\\t',
  v: '\\x0B',
  f: '\\x0C',
}
const outside: Readonly<Record<string, string>> = {
  ...{ d: '[0-9]', w: '[0-9A-Za-z_]', s: `[${blanks}]`, t: '\\t', v: '\\x0B', f: '\\x0C', b: '(?-u:\\b)' },
  ...{ D: '[^0-9\\r\\n]', W: '[^0-9A-Za-z_\\r\\n]', S: `[^${blanks}\\r\\n]` },
}

/**
 * A JavaScript expression with the flag `u` as ripgrep reads it, so that it finds the same lines and columns; undefined where there is
 * no such expression (looking around, references back, classes of Unicode), or it is not known whether it would mean the same.
 */
export function ripgrepPattern(expression: RegExp): string | undefined {
  if (!expression.unicode || /[^iu]/.test(expression.flags)) return undefined
  const { source, ignoreCase } = expression
  let result = ''
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at)
    const [taken, written] = outsideToken(rest, ignoreCase) ?? []
    if (taken === undefined || written === undefined) return undefined
    result += written
    at += taken
  }
  return result
}

type Token = readonly [taken: number, written: string] | undefined

function outsideToken(rest: string, ignoreCase: boolean): Token {
  switch (rest[0]) {
    case '\\':
      return escaped(rest, ignoreCase ? withoutWords(outside) : outside)
    case '[':
      return characterClass(rest, ignoreCase)
    case '.':
      return [1, '[^\\n\\r\\x{2028}\\x{2029}]']
    case '^':
      // A byte order mark is no part of the text.
      return [1, '^\\x{FEFF}?']
    case '(':
      return group(rest)
    default: {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0)
      return /[\n\r\ud800-\udfff]/u.test(character) ? undefined : [character.length, character]
    }
  }
}

function group(rest: string): Token {
  if (rest[1] !== '?') return [1, '(']
  if (rest.startsWith('(?:')) return [3, '(?:']
  const name = /^\(\?<([A-Za-z_]\w*)>/.exec(rest)
  return name ? [name[0].length, '('] : undefined
}

function escaped(rest: string, letters: Readonly<Record<string, string>>): Token {
  const code = /^\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]+)\})/.exec(rest)
  if (code) {
    const value = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16)
    const isPlain = value !== 0x0a && value !== 0x0d && !(value >= 0xd800 && value <= 0xdfff)
    return isPlain ? [code[0].length, `\\x{${value.toString(16)}}`] : undefined
  }
  const letter = rest[1] ?? ''
  if (/[A-Za-z0-9]/.test(letter)) {
    const written = Object.hasOwn(letters, letter) ? letters[letter] : undefined
    return written === undefined ? undefined : [2, written]
  }
  return [2, letter === '/' ? '/' : `\\${letter}`]
}

/** A class that denies does not cover the end of a line, which JavaScript never sees. */
function characterClass(rest: string, ignoreCase: boolean): Token {
  const isNegated = rest[1] === '^'
  if (isNegated && ignoreCase) return undefined
  let at = isNegated ? 2 : 1
  let inside = ''
  while (rest[at] !== ']') {
    const character = String.fromCodePoint(rest.codePointAt(at) ?? 0)
    if (at >= rest.length || /[\n\r\ud800-\udfff]/u.test(character) || rest.startsWith('--', at)) return undefined
    const token: Token =
      character === '\\'
        ? escaped(rest.slice(at), ignoreCase ? withoutWords(inClass) : inClass)
        : [character.length, '[&~^'.includes(character) ? `\\${character}` : character]
    if (token === undefined) return undefined
    at += token[0]
    inside += token[1]
  }
  if (inside === '') return undefined
  return [at + 1, isNegated ? `[^${inside}\\r\\n]` : `[${inside}]`]
}

/** With the flag `i` JavaScript counts two more letters as words. */
function withoutWords(letters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { w: _w, W: _W, b: _b, ...others } = letters
  return others
}
