/**
 * Where a character of a TOML string's value stands in the text of the file: `start` is where the string begins there, its
 * quotes included. All four ways to write a string are followed, escapes too.
 */
export function offsetInTomlString(text: string, start: number, index: number): number {
  const quote = text.charAt(start)
  const isMultiline = text.startsWith(quote.repeat(3), start)
  let at = start + (isMultiline ? 3 : 1)
  // A line break right behind the opening quotes is not part of the value.
  if (isMultiline) at += /^\r?\n/.exec(text.slice(at, at + 2))?.[0].length ?? 0
  if (quote === "'") return at + index
  for (let counted = 0; counted < index && at < text.length; ) {
    if (text.charAt(at) !== '\\') {
      at += 1
      counted += 1
      continue
    }
    const written =
      /^\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[ \t]*\r?\n\s*|[\s\S])/.exec(text.slice(at))?.[0] ?? '\\'
    at += written.length
    counted += unitsOf(written)
  }
  return at
}

/** How long what an written stands for is, in UTF-16 units. */
function unitsOf(written: string): number {
  if (/^\\\s/.test(written)) return 0
  return written.startsWith('\\U') && Number.parseInt(written.slice(2), 16) > 0xffff ? 2 : 1
}
