/**
 * Makes text of others harmless on a terminal: escape sequences and control characters but tab and newline become
 * visible (ECMA-48 C0, C1 and DEL).
 */
export function terminalText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    if (character === '\r') return ''
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

export interface Colours {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** Select Graphic Rendition sequences (ECMA-48 8.3.117), or plain text. */
export function colours(enabled: boolean): Colours {
  const paint = (open: number, close: number) => (text: string) =>
    enabled ? `\u001b[${open}m${text}\u001b[${close}m` : text
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  }
}
