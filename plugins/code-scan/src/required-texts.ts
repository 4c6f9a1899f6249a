import type { AstRule } from './ast-rule.ts'
import type { ScanRule } from './scan-rule.ts'

/** A text has to hold one word of each list for a rule to match; an empty list of lists says nothing. */
export type Required = readonly (readonly string[])[]

/** What rules ask for, found out once for each. */
const requiredOf = new WeakMap<ScanRule, Required>()
const maxAlternatives = 60

/** False where a rule cannot match a text, since words that its patterns spell out are not in it. */
export function mayMatch(rule: ScanRule, has: (word: string) => boolean): boolean {
  if (rule.mentions && !rule.mentions.some(has)) return false
  const required = requiredOf.get(rule) ?? requiredTexts(rule.rule, rule)
  requiredOf.set(rule, required)
  return isIn(required, has)
}

/** True where a text has a word of each list. */
export function isIn(required: Required, has: (word: string) => boolean): boolean {
  return required.every((words) => words.some(has))
}

/** Words without which a rule matches nothing: those that its patterns and simple regular expressions spell out. */
export function requiredTexts(rule: AstRule, parts: Pick<ScanRule, 'constraints' | 'utils'>, depth = 0): Required {
  if (depth > 20) return []
  const inner = (nested: AstRule | undefined): Required => (nested ? requiredTexts(nested, parts, depth + 1) : [])
  const util = rule.matches === undefined ? undefined : parts.utils?.[rule.matches]
  return [
    ...(rule.pattern === undefined ? [] : wordsOfPattern(rule.pattern, parts.constraints ?? {})),
    ...(rule.regex === undefined ? [] : wordsOfRegex(rule.regex)),
    ...inner(rule.inside),
    ...inner(rule.has),
    ...inner(rule.precedes),
    ...inner(rule.follows),
    ...inner(util),
    ...(rule.all ?? []).flatMap(inner),
    ...anyOf((rule.any ?? []).map(inner)),
  ]
}

/** One word of each alternative; says nothing where one alternative asks for none. */
function anyOf(alternatives: readonly Required[]): Required {
  if (alternatives.length === 0) return []
  const words = new Set<string>()
  for (const required of alternatives) {
    const best = required.toSorted((a, b) => a.length - b.length)[0]
    if (!best) return []
    for (const word of best) words.add(word)
  }
  return words.size <= maxAlternatives ? [[...words]] : []
}

/** Words that a pattern spells out, and those that constraints ask of its metavariables. */
export function wordsOfPattern(
  pattern: NonNullable<AstRule['pattern']>,
  constraints: Readonly<Record<string, AstRule>>,
): Required {
  // Of a context only the selected part has to be there: it is not worth finding out which.
  if (typeof pattern !== 'string' && (pattern.selector !== undefined || pattern.strictness === 'signature')) return []
  const text = typeof pattern === 'string' ? pattern : pattern.context
  const bare = text.replace(/\$+[A-Z_0-9]*/g, ' ')
  const words = bare.match(/[A-Za-z_][A-Za-z0-9_]{2,}/g) ?? []
  const bound = [...text.matchAll(/\$([A-Z_][A-Z0-9_]*)/g)].flatMap(([, name = '']) => {
    const regex = constraints[name]?.regex
    return regex === undefined ? [] : wordsOfRegex(regex)
  })
  return [...words.filter((word) => !keywords.test(word)).map((word) => [word]), ...bound]
}

/** Patterns that leave out commas leave out keywords too: `let $A = f($B, $$$)` also matches `const`. */
const keywords =
  /^(abstract|and|as|assert|async|await|break|case|catch|class|const|def|default|del|delete|do|elif|else|enum|except|export|extends|final|finally|for|from|func|function|go|if|implements|import|in|instanceof|interface|is|lambda|let|new|not|or|package|pass|private|protected|public|raise|readonly|return|static|switch|then|throw|throws|try|type|typeof|var|void|while|with|yield)$/

/** `^(exec|execSync)$` and `^child_process\.exec$` spell out what they match; other expressions say nothing. */
export function wordsOfRegex(regex: string): Required {
  const match = /^\^(?:\((?:\?:)?([\w.\\|]+)\)(?![?*{])[^|]*|([\w.\\]+)\$)$/.exec(regex)
  const spelled = match?.[1] ?? match?.[2]
  if (!spelled || /\\[A-Za-z]/.test(spelled)) return []
  const alternatives = spelled.split('|').map((one) => longestWord(one))
  return alternatives.every((word) => word !== undefined) && alternatives.length <= maxAlternatives
    ? [alternatives.filter((word) => word !== undefined)]
    : []
}

/** The longest part between dots, which white space may surround. */
function longestWord(text: string): string | undefined {
  return text
    .split(/\\?\./)
    .filter((word) => /^\w{2,}$/.test(word))
    .toSorted((a, b) => b.length - a.length)[0]
}
