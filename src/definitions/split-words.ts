/**
 * Splits a command line into words as a shell quotes them: single and double quotes, backslashes; a word that begins with `#` and
 * the rest of its line are left out; nothing is expanded and no operator means anything. Undefined where a quote or a backslash is left open.
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index)
    if (character === '#' && word === undefined) {
      const end = line.indexOf('\n', index)
      index = end === -1 ? line.length : end
    } else if (character === "'" || character === '"') {
      const quoted = readQuoted(line, index)
      if (quoted === undefined) return undefined
      word = (word ?? '') + quoted.text
      index = quoted.end
    } else if (character === '\\') {
      index += 1
      if (index >= line.length) return undefined
      word = (word ?? '') + line.charAt(index)
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (word !== undefined) words.push(word)
  return words
}

/** Quotes words so that `splitWords` and a shell read them back. */
export function joinWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`)).join(' ')
}

function readQuoted(line: string, start: number): { text: string; end: number } | undefined {
  const quote = line.charAt(start)
  let text = ''
  for (let index = start + 1; index < line.length; index += 1) {
    const character = line.charAt(index)
    if (character === quote) return { text, end: index }
    const isEscape = quote === '"' && character === '\\' && /["\\$`]/.test(line.charAt(index + 1))
    if (isEscape) index += 1
    text += line.charAt(index)
  }
  return undefined
}
