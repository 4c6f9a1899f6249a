import type { AstRule } from './ast-rule.ts'
import type { ScanRule } from './scan-rule.ts'

/** What a text has to hold: letters anywhere in it, or, with `isWhole`, a name or number of its own. */
export interface RequiredWord {
  readonly text: string
  readonly isWhole: boolean
}

/** Answers for one text. */
export type HasWord = (word: RequiredWord) => boolean

/** A text has to hold one word of each list for a rule to match; an empty list of lists says nothing. */
export type Required = readonly (readonly RequiredWord[])[]

/** What rules ask for, found out once for each. */
const requiredOf = new WeakMap<ScanRule, Required>()
const maxAlternatives = 60

/** False where a rule cannot match a text, since words that its patterns spell out are not in it. */
export function mayMatch(rule: ScanRule, has: HasWord): boolean {
  const required = requiredOf.get(rule) ?? requiredTexts(rule.rule, rule)
  requiredOf.set(rule, required)
  return isIn(required, has)
}

/** True where a text has a word of each list. */
export function isIn(required: Required, has: HasWord): boolean {
  return required.every((words) => words.some(has))
}

/** Letters are looked for once, whatever number of rules asks for them; the names of a text are collected at the first question. */
export function wordsIn(text: string): HasWord {
  const known = new Map<string, boolean>()
  const names: { all?: ReadonlySet<string> } = {}
  return (word) => {
    if (word.isWhole) {
      names.all ??= new Set(text.match(/\w+/g))
      return names.all.has(word.text)
    }
    const found = known.get(word.text) ?? text.includes(word.text)
    known.set(word.text, found)
    return found
  }
}

/** Words without which a rule matches nothing: those that its patterns and simple regular expressions spell out. */
export function requiredTexts(rule: AstRule, parts: Pick<ScanRule, 'constraints' | 'utils'>, depth = 0): Required {
  if (depth > 20) return []
  const inner = (nested: AstRule | undefined): Required => (nested ? requiredTexts(nested, parts, depth + 1) : [])
  const util = rule.matches === undefined ? undefined : parts.utils?.[rule.matches]
  return [
    ...ownWords(rule, parts.constraints),
    ...inner(rule.inside),
    ...inner(rule.has),
    ...inner(rule.precedes),
    ...inner(rule.follows),
    ...inner(util),
    ...(rule.all ?? []).flatMap(inner),
    ...anyOf((rule.any ?? []).map(inner)),
  ]
}

/** What a rule asks for by itself, without the rules inside of it. */
export function ownWords({ pattern, regex, kind }: AstRule, constraints: ScanRule['constraints'] = {}): Required {
  const keywords = kind === undefined ? undefined : keywordsOfKind[kind]
  return [
    ...(pattern === undefined ? [] : wordsOfPattern(pattern, constraints)),
    ...(regex === undefined ? [] : wordsOfRegex(regex)),
    ...(keywords ? [keywords] : []),
  ]
}

/** Without one of the words there is no node of the kind, whatever the language; Bash calls `until` and `select` loops like the others. */
const keywordsOfKind: Readonly<Record<string, readonly RequiredWord[]>> = Object.fromEntries(
  Object.entries({
    await_expression: ['await'],
    catch_clause: ['catch'],
    do_statement: ['do'],
    finally_clause: ['finally'],
    for_in_statement: ['for'],
    for_statement: ['for', 'select'],
    if_statement: ['if'],
    import_statement: ['import'],
    new_expression: ['new'],
    switch_case: ['case'],
    switch_statement: ['switch'],
    throw_statement: ['throw'],
    try_statement: ['try'],
    while_statement: ['while', 'until'],
    with_statement: ['with'],
    yield_expression: ['yield'],
  }).map(([kind, words]) => [kind, words.map((text) => ({ text, isWhole: true }))]),
)

/** One word of each alternative; says nothing where one alternative asks for none. */
function anyOf(alternatives: readonly Required[]): Required {
  if (alternatives.length === 0) return []
  const words = new Map<string, RequiredWord>()
  for (const required of alternatives) {
    const best = required.toSorted((a, b) => a.length - b.length)[0]
    if (!best) return []
    for (const word of best) words.set(`${word.isWhole} ${word.text}`, word)
  }
  return words.size <= maxAlternatives ? [[...words.values()]] : []
}

/** Words that a pattern spells out, and those that constraints ask of its metavariables. */
function wordsOfPattern(
  pattern: NonNullable<AstRule['pattern']>,
  constraints: Readonly<Record<string, AstRule>>,
): Required {
  // Of a context only the selected part has to be there: it is not worth finding out which.
  if (typeof pattern !== 'string' && (pattern.selector !== undefined || pattern.strictness === 'signature')) return []
  const text = typeof pattern === 'string' ? pattern : pattern.context
  const bare = text.replace(/\$+[A-Z_0-9]*/g, ' ')
  const words = bare.match(/\w+/g) ?? []
  const bound = [...text.matchAll(/\$([A-Z_][A-Z0-9_]*)/g)].flatMap(([, name = '']) => {
    const regex = constraints[name]?.regex
    return regex === undefined ? [] : wordsOfRegex(regex)
  })
  return [...words.filter((word) => !isKeyword.test(word)).map((word) => [{ text: word, isWhole: true }]), ...bound]
}

/** Patterns that leave out commas leave out keywords too: `let $A = f($B, $$$)` also matches `const`. */
const isKeyword =
  /^(abstract|and|as|assert|async|await|break|case|catch|class|const|def|default|del|delete|do|elif|else|enum|except|export|extends|final|finally|for|from|func|function|go|if|implements|import|in|instanceof|interface|is|lambda|let|new|not|or|package|pass|private|protected|public|raise|readonly|return|static|switch|then|throw|throws|try|type|typeof|var|void|while|with|yield)$/

/**
 * `^(exec|execSync)$` and `^child_process\.exec$` spell out what they match, `^(exec|spawn)` how it begins; other expressions say nothing.
 */
function wordsOfRegex(regex: string): Required {
  const match = /^\^(?:\((?:\?:)?([\w.\\|]+)\)(?![?*{])([^|]*)|([\w.\\]+)\$)$/.exec(regex)
  const spelled = match?.[1] ?? match?.[3]
  if (!spelled || /\\[A-Za-z]/.test(spelled)) return []
  const isWhole = match?.[2] === undefined || match[2] === '$'
  const alternatives = spelled.split('|').map((one) => longestWord(one))
  return alternatives.every((word) => word !== undefined) && alternatives.length <= maxAlternatives
    ? [alternatives.flatMap((text) => (text === undefined ? [] : { text, isWhole }))]
    : []
}

/** The longest part between dots, which white space may surround. */
function longestWord(text: string): string | undefined {
  return text
    .split(/\\?\./)
    .filter((word) => /^\w{2,}$/.test(word))
    .toSorted((a, b) => b.length - a.length)[0]
}
