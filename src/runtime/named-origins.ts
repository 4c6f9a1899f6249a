/** The texts of a table of the configuration, however deep. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/** The origins of those texts that are addresses of HTTP. */
export function originsOf(texts: Iterable<string>): ReadonlySet<string> {
  const urls = [...texts].flatMap((text) => URL.parse(text) ?? [])
  return new Set(
    urls.filter(({ protocol }) => protocol === 'http:' || protocol === 'https:').map(({ origin }) => origin),
  )
}
