/** How the names of a group of a source's tools begin: `SOURCE__GROUP__`. */
export function sourcePrefix(source: string, group: string | undefined): string {
  return group === undefined ? `${source}__` : `${source}__${spelledName(group)}__`
}

/** A name as the APIs of providers take it: what it may not hold is `_`. */
export function spelledName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '_') || '_'
}
