/**
 * Makes text of others harmless on a terminal: escape sequences, control characters but tab and newline, and marks that
 * change the direction in which what follows is shown become visible (ECMA-48 C0, C1 and DEL; Unicode's explicit bidirectional
 * formatting, UAX 9).
 */
export function terminalText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === '\r') return ''
    const code = character.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`
  })
}

/** The same on one line, for names: newlines and tabs become visible, too. */
export function terminalLine(text: string): string {
  return terminalText(text.replaceAll('\r', '\\r')).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
