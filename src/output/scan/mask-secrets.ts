import type { Finding } from '../../plugin-api/index.ts'

const mark = '[redacted]'

/**
 * The text of a file with its secrets covered, a `*` for each character, so that places stay: those that `redact` finds, and
 * those that findings are about, whose snippets have `[redacted]` in their place.
 */
export function maskSecrets(
  text: string,
  findings: readonly Pick<Finding, 'range' | 'snippet'>[],
  redact: (text: string) => string,
): string {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const offsetOf = ({ line, column }: { readonly line: number; readonly column: number }): number =>
    Math.min((lineStarts[line - 1] ?? text.length) + column - 1, text.length)
  const redacted = redact(text)
  const spans: Span[] = redacted === text ? [] : [...secretSpans(text, redacted, 0)]
  for (const { range, snippet } of findings) {
    if (!snippet?.includes(mark)) continue
    const from = offsetOf(range.start)
    spans.push(...secretSpans(text.slice(from, offsetOf(range.end)), snippet, from))
  }
  return spans.reduce((shown, span) => cover(shown, span), text)
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Where in a source the marks of its redacted form stand. All of it where the two do not fit, as when the latter was cut. */
function secretSpans(source: string, redacted: string, offset: number): readonly Span[] {
  const whole = [{ from: offset, to: offset + source.length }]
  const parts = redacted.split(mark)
  const [first = '', ...rest] = parts
  if (!source.startsWith(first)) return whole
  const spans: Span[] = []
  let at = first.length
  for (const [index, part] of rest.entries()) {
    const isLast = index === rest.length - 1
    const next = isLast ? source.length - part.length : source.indexOf(part, at + 1)
    if (next < at || (isLast && !source.endsWith(part))) return whole
    spans.push({ from: offset + at, to: offset + next })
    at = next + part.length
  }
  return spans
}

function cover(text: string, { from, to }: Span): string {
  return text.slice(0, from) + text.slice(from, to).replace(/\S/g, '*') + text.slice(to)
}
