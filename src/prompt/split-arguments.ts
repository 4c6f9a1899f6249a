import { CodexError } from '../plugin-api/errors.ts'

/**
 * Splits what was typed after a command's name into words, quoted as in a shell: 'as it is', "with \" and \\", and a
 * backslash before any other character. Quotes may stand inside a word; `""` is an empty word. Nothing is expanded: no
 * variables, no globs, no substitution.
 * @throws CodexError `command.arguments` for a quote that is not closed
 */
export function splitArguments(rest: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let position = 0
  while (position < rest.length) {
    const character = rest.charAt(position)
    if (character === "'" || character === '"') {
      const quoted = readQuoted(rest, position)
      word = (word ?? '') + quoted.text
      position = quoted.end
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
      position += 1
    } else {
      const isEscape = character === '\\' && position + 1 < rest.length
      word = (word ?? '') + (isEscape ? rest.charAt(position + 1) : character)
      position += isEscape ? 2 : 1
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

function readQuoted(rest: string, start: number): { text: string; end: number } {
  const quote = rest.charAt(start)
  let text = ''
  for (let position = start + 1; position < rest.length; position += 1) {
    const character = rest.charAt(position)
    const next = rest.charAt(position + 1)
    if (character === quote) return { text, end: position + 1 }
    if (quote === '"' && character === '\\' && (next === '"' || next === '\\')) {
      text += next
      position += 1
    } else {
      text += character
    }
  }
  throw new CodexError('command.arguments', `The quote ${quote} at character ${start + 1} is not closed`, {
    hint: `Close it, or write \\${quote} for the character itself: ${rest.slice(start, start + 40)}`,
  })
}
