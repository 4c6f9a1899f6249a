/**
 * True where a regular expression can take exponential time: a repeated group in which the same text can be split in
 * several ways, such as `(a+)+`, `(a|a)*` or `(\w+\s?)*`, with something after it that can fail.
 * Doubtful ones count as harmless.
 */
export function isExponentialRegex(literal: string): boolean {
  const source = sourceOf(literal)
  for (const group of repeatedGroups(source)) {
    if (!canFail(source.slice(group.end))) continue
    const parts = splitTop(group.body)
    if (parts.some(isRepetition) || overlaps(parts)) return true
  }
  return false
}

function sourceOf(literal: string): string {
  const slashes = /^\/([\s\S]*)\/[a-z]*$/.exec(literal)
  if (slashes) return slashes[1] ?? ''
  const quotes = /^([a-zA-Z]{0,2})(['"`])([\s\S]*)\2$/.exec(literal)
  if (!quotes) return literal
  const text = quotes[3] ?? ''
  return /r/i.test(quotes[1] ?? '') ? text : text.replaceAll('\\\\', '\\')
}

interface Group {
  readonly body: string
  /** Offset after the quantifier. */
  readonly end: number
}

function repeatedGroups(source: string): Group[] {
  const groups: Group[] = []
  const open: number[] = []
  for (let index = 0; index < source.length; index++) {
    const character = source[index]
    if (character === '\\') index++
    else if (character === '[') index = endOfClass(source, index)
    else if (character === '(') open.push(index)
    else if (character === ')') {
      const start = open.pop()
      const quantifier = /^(?:[*+]|\{\d+,\}|\{\d*,\d{2,}\})[?+]?/.exec(source.slice(index + 1))
      if (start === undefined || !quantifier || quantifier[0].endsWith('++')) continue
      const body = source.slice(start + 1, index).replace(/^\?(?::|<\w+>|P<\w+>)/, '')
      if (!/^\?[=!<>]/.test(body)) groups.push({ body, end: index + 1 + quantifier[0].length })
    }
  }
  return groups
}

function endOfClass(source: string, start: number): number {
  for (let index = start + 1; index < source.length; index++) {
    if (source[index] === '\\') index++
    else if (source[index] === ']') return index
  }
  return source.length
}

/** Without a part behind it that must match, the first way already succeeds. */
const canFail = (rest: string): boolean => rest.replace(/^\)+/, '').length > 0

function splitTop(body: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < body.length; index++) {
    const character = body[index]
    if (character === '\\') index++
    else if (character === '[') index = endOfClass(body, index)
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '|' && depth === 0) {
      parts.push(body.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, body.slice(start)]
}

const atom = String.raw`(?:\\.|\[(?:\\.|[^\]])*\]|[^\\[\](){}|*+?^$])`
const alone = new RegExp(`^\\(*(?:\\?:)?(${atom})[*+]\\)*$`)
const withOptional = new RegExp(`^(${atom})[*+](${atom})[?*]$`)
const optionalFirst = new RegExp(`^(${atom})[?*](${atom})[*+]$`)

/** `a+`, `a+b?`, `b?a+`: inside a repetition, `aa` is one round or two. */
function isRepetition(part: string): boolean {
  return alone.test(part) || withOptional.test(part) || optionalFirst.test(part)
}

const single = new RegExp(`^${atom}[*+]?$`)

/** `a|a`, `\w|\d`, `.|x`: both alternatives match the same character. */
function overlaps(parts: readonly string[]): boolean {
  const singles = parts.filter((part) => single.test(part)).map((part) => part.replace(/[*+]$/, ''))
  return singles.some((a, index) => singles.slice(index + 1).some((b) => shareCharacter(a, b)))
}

const probes = ['a', 'Z', '5', '_', ' ', '-', '.', '/', '@', '"', '\n']

function shareCharacter(a: string, b: string): boolean {
  try {
    const [first, second] = [new RegExp(`^${a}$`), new RegExp(`^${b}$`)]
    return [...probes, ...a, ...b].some((character) => first.test(character) && second.test(character))
  } catch {
    // An expression that JavaScript does not know, such as one of Python's: doubtful, hence harmless.
    return false
  }
}
