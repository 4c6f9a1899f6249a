/**
 * The line of a text that a place stands in, under it a caret; both indented by two. Lines and columns count from 1. Passwords in URLs
 * are left out.
 */
export function sourceExcerpt(text: string, place: { line: number; column: number }): string {
  const line =
    text
      .split('\n')
      [place.line - 1]?.replace(/\r$/, '')
      .replace(/(:\/\/[^/@\s:"']*):[^/@\s"']*@/g, '$1:[redacted]@') ?? ''
  // Tabs stay tabs, so that the caret stands under its character whatever a tab is shown as.
  const padding = line.slice(0, place.column - 1).replace(/[^\t]/g, ' ')
  return `  ${line}\n  ${padding.padEnd(place.column - 1)}^`
}
