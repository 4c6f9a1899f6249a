/** The first line of what a tool said, cut where it is long. */
export function shorten(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 300 ? `${line.slice(0, 300)} …` : line || 'it gave no reason'
}
