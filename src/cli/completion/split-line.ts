/** The words of a command line up to the cursor, as a shell would split them; the last one is being typed and may be empty. */
export function splitLine(line: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let quote: string | undefined
  let isOpen = false
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? ''
    if (quote !== undefined) {
      if (character === quote) quote = undefined
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      isOpen = true
    } else if (character === '\\' && index + 1 < line.length) {
      index += 1
      word += line[index]
      isOpen = true
    } else if (/\s/.test(character)) {
      if (isOpen) words.push(word)
      word = ''
      isOpen = false
    } else {
      word += character
      isOpen = true
    }
  }
  return [...words, word]
}
