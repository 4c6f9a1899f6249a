/**
 * Makes text of others harmless on a terminal: what could drive it, or hide in it, becomes visible (`\x1b`, `\u202e`). It looks at
 * characters, not at sequences, so that a text in pieces is as harmless as the whole.
 */
export function terminalText(text: string): string {
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return text // most texts
  return (
    text
      // ECMA-48's C0, C1 and DEL; Unicode's explicit bidirectional formatting (UAX 9).
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, asVisible)
      // What takes no room, and so hides in a word: soft hyphen, zero-width space, invisible operators, fillers; line separators.
      .replace(
        /[\u034f\xad\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]/g,
        asVisible,
      )
      // Joiners, direction marks and variants are letters' own in some scripts and in emoji: there, and only there, they stay.
      .replace(
        /[\u061c\u200c-\u200f](?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\u0590-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc].)/gu,
        asVisible,
      )
      .replace(/[\ufe00-\ufe0f](?<![#*0-9\u00a1-\ufdff\ufe10-\u{10ffff}].)/gu, asVisible)
      .replace(/[\u{e0000}-\u{e007f}](?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,6}.)/gu, asVisible)
      .replace(/[\u{e0100}-\u{e01ef}](?<!\p{Ideographic}.)/gu, asVisible)
  )
}

function asVisible(character: string): string {
  if (character === '\r') return ''
  const code = (character.codePointAt(0) ?? 0).toString(16)
  if (code.length > 4) return `\\u{${code}}`
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
}

/** The same on one line, for names: newlines and tabs become visible, too. */
export function terminalLine(text: string): string {
  return terminalText(text.replaceAll('\r', '\\r')).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
