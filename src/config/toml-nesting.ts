import { skipTomlString } from './scan-toml.ts'

/** How deep tables, arrays and dotted keys may nest: the parsers go down by recursion, and what they make is copied at each level. */
export const maxTomlDepth = 200

/**
 * Offset of the first place that nests deeper than `maxTomlDepth`, by brackets or by the dots of a key; undefined where there is none. It is
 * looked for before a parser sees the text: a key of 100,000 parts takes all memory, and as many brackets the stack.
 */
export function findTooDeepToml(text: string): number | undefined {
  if (text.length < maxTomlDepth) return undefined
  let depth = 0
  let dots = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"':
      case "'":
        at = skipTomlString(text, at) - 1
        break
      case '#':
        at = text.indexOf('\n', at)
        if (at < 0) return undefined
        dots = 0
        break
      case '[':
      case '{':
        depth += 1
        dots = 0
        if (depth > maxTomlDepth) return at
        break
      case ']':
      case '}':
        depth -= 1
        break
      case '.':
        dots += 1
        if (dots > maxTomlDepth) return at
        break
      case '=':
      case ',':
      case '\n':
        dots = 0
        break
    }
  }
  return undefined
}
