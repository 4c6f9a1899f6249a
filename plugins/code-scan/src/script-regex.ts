/**
 * An expression that this program runs itself, over a text that is at hand; those of an ast-grep rule are the parser's. `(?i)` in front means the
 * same in both. @throws SyntaxError where it is none
 */
export function scriptRegex(text: string): RegExp {
  return text.startsWith('(?i)') ? new RegExp(text.slice('(?i)'.length), 'i') : new RegExp(text)
}
