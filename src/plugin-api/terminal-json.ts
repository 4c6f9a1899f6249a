/**
 * A value as JSON in which nothing drives a terminal: what JSON leaves as it is of control characters (DEL, C1) and of what turns the
 * direction of a text stands as `\uXXXX`. It reads back as the same value.
 */
export function terminalJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? ''
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, asEscape)
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
