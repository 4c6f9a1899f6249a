/**
 * The command line that a POSIX shell would read as these words. A word of safe characters stands bare, else in single
 * quotes; what holds a single quote or a backslash is put in double quotes, in pieces where it also holds `$` or a backtick.
 */
export function shellJoin(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}

const bare = /^[\w+\-./:@\],%=]+/u
const single = /^[^'\\]+/
const double = /^[^$`!]+/

function quoteWord(word: string): string {
  if (word === '') return "''"
  let rest = word
  let quoted = ''
  while (rest !== '') {
    const [piece, text] = nextPiece(rest)
    quoted += text
    rest = rest.slice(piece.length)
  }
  return quoted
}

/** The longest piece that one way of quoting can hold; of equal ones the plainest. */
function nextPiece(rest: string): readonly [piece: string, quoted: string] {
  const inBare = bare.exec(rest)?.[0] ?? ''
  const inSingle = single.exec(rest)?.[0] ?? ''
  const inDouble = double.exec(rest)?.[0] ?? ''
  const longest = Math.max(inBare.length, inSingle.length, inDouble.length)
  if (inBare.length === longest) return [inBare, inBare]
  if (inSingle.length === longest) return [inSingle, `'${inSingle}'`]
  return [inDouble, `"${inDouble.replace(/["\\]/g, '\\$&')}"`]
}
