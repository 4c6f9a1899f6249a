/** A piece of a Seatbelt profile: a symbol, a string, a regular expression, or a list. */
export type ReadForm = Symbol | Text | Regex | readonly ReadForm[]
interface Symbol {
  readonly symbol: string
}
interface Text {
  readonly text: string
}
interface Regex {
  readonly regex: string
}

const token =
  /\s+|;[^\n]*|(?<open>\()|(?<close>\))|#"(?<regex>[^"]*)"|"(?<text>(?:[^"\\]|\\.)*)"|(?<symbol>[^\s()"#;]+)/gy

/** Reads a whole profile. @throws Error where a parenthesis or a string is not closed */
export function readSeatbeltProfile(profile: string): readonly ReadForm[] {
  const open: ReadForm[][] = [[]]
  let end = 0
  for (const match of profile.matchAll(token)) {
    if (match.index !== end) break
    end += match[0].length
    const { open: opens, close: closes, regex, text, symbol } = match.groups ?? {}
    const current = open.at(-1) ?? []
    if (opens) open.push([])
    else if (closes) {
      const done = open.pop() ?? []
      const outer = open.at(-1)
      if (outer === undefined) throw new Error(`a parenthesis is closed that was not opened, at ${end}`)
      outer.push(done)
    } else if (regex !== undefined) current.push({ regex })
    else if (text !== undefined) current.push({ text })
    else if (symbol !== undefined) current.push({ symbol })
  }
  if (end !== profile.length) throw new Error(`no token at ${end}: ${profile.slice(end, end + 20)}`)
  const [forms, ...unclosed] = open
  if (forms === undefined || unclosed.length > 0) throw new Error('a parenthesis is not closed')
  return forms
}

/** The list that a form is, with its first symbol. @throws Error where it is none */
export function listOf(form: ReadForm): { readonly head: string; readonly rest: readonly ReadForm[] } {
  if (!Array.isArray(form)) throw new Error('a list was expected')
  const [first, ...rest] = form as readonly ReadForm[] // Array.isArray does not see through readonly
  if (first === undefined || !('symbol' in first)) throw new Error('a list begins with a symbol')
  return { head: first.symbol, rest }
}
