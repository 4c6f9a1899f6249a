/** Escapes of one letter, as Starlark has them. */
const letters: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

const octal = /\\([0-7]{1,3})/y
const hexadecimal = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y

/**
 * What a backslash and what follows it stand for in a string, and where that ends; undefined where it stands for no character.
 * One that Starlark does not know stays as it is written, and so do all in a raw string but a quote.
 */
export function readEscape(
  text: string,
  start: number,
  isRaw: boolean,
): { readonly value: string; readonly end: number } | undefined {
  const letter = text.charAt(start + 1)
  const end = start + 2
  if (isRaw) return { value: letter === '"' || letter === "'" ? letter : `\\${letter}`, end }
  const short = Object.hasOwn(letters, letter) ? letters[letter] : undefined
  if (short !== undefined) return { value: short, end }
  const byNumber = numberAt(octal, text, start, 8) ?? numberAt(hexadecimal, text, start, 16)
  if (byNumber !== undefined)
    return isCharacter(byNumber.code) ? { ...byNumber, value: String.fromCodePoint(byNumber.code) } : undefined
  return /[xuU]/.test(letter) ? undefined : { value: `\\${letter}`, end }
}

function numberAt(pattern: RegExp, text: string, start: number, base: number) {
  pattern.lastIndex = start
  const match = pattern.exec(text)
  const digits = match?.slice(1).find((group) => group !== undefined)
  return match === null || digits === undefined
    ? undefined
    : { code: Number.parseInt(digits, base), end: start + match[0].length }
}

function isCharacter(code: number): boolean {
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
}
