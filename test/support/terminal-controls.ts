/** Our own looks: Select Graphic Rendition, and what a live screen draws with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const looks = /\u001b\[(?:[1-9]|2[2-9]|3[0-9])m/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const redraws = /\r\u001b\[2K(?:\u001b\[1A\u001b\[2K)*/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const harmful = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/gu

/** What in a text could drive a terminal or turn its reader around, as code points; `own`: what the program itself may write is left out. */
export function terminalControls(text: string, own: 'none' | 'looks' | 'redraws' = 'none'): readonly string[] {
  const rest = own === 'none' ? text : text.replaceAll(looks, '')
  const found = (own === 'redraws' ? rest.replaceAll(redraws, '') : rest).match(harmful) ?? []
  return found.map((character) => `U+${character.codePointAt(0)?.toString(16)}`)
}
