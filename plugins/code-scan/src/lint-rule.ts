import type { AstRule } from './ast-rule.ts'
import type { SyntaxId } from './expression.ts'
import { type CodeLanguage, exampleLanguage } from './language-of.ts'
import { type CodeParser, openParser } from './open-parser.ts'
import { toNapi } from './rule-config.ts'
import type { ScanRule } from './scan-rule.ts'
import { syntaxOf } from './syntax-of.ts'

/** What the parser of a language says against a part of a rule. */
export interface RuleProblem {
  readonly field: readonly (string | number)[]
  readonly message: string
  readonly severity: 'error' | 'warning'
}

interface Part {
  readonly field: readonly (string | number)[]
  readonly rule: AstRule
}

/** Hands each pattern, kind and expression of a rule to the parsers of its languages: what they refuse, the rule would never find. */
export async function lintRule(rule: ScanRule): Promise<readonly RuleProblem[]> {
  const parser = await openParser()
  const languages = [rule.language].flat().map(exampleLanguage)
  const wholes = wholesOf(rule)
  const leaves = wholes.flatMap((whole) => leavesOf(whole))
  const found = languages.flatMap((language): readonly RuleProblem[] => {
    const inLeaves = leaves.flatMap((leaf) => problemsOfLeaf(leaf, rule, language, parser))
    if (inLeaves.some(({ severity }) => severity === 'error')) return inLeaves
    // Where each part is fine for itself, they may still not go together.
    return [...inLeaves, ...wholes.flatMap((whole) => refusal(whole, rule, language, parser))]
  })
  return [...new Map(found.map((each) => [`${each.field.join('.')} ${each.message}`, each])).values()]
}

function wholesOf({ rule, constraints = {}, utils = {}, flow, fix }: ScanRule): readonly Part[] {
  const listed = (field: readonly (string | number)[], rules: readonly AstRule[] = []): readonly Part[] =>
    rules.map((each, index) => ({ field: [...field, index], rule: each }))
  return [
    ...Object.entries(constraints).map(([name, each]) => ({ field: ['constraints', name], rule: each })),
    ...Object.entries(utils).map(([name, each]) => ({ field: ['utils', name], rule: each })),
    { field: ['rule'], rule },
    ...Object.entries(fix?.constraints ?? {}).map(([name, each]) => ({
      field: ['fix', 'constraints', name],
      rule: each,
    })),
    ...listed(['flow', 'sources'], flow?.sources),
    ...listed(['flow', 'sanitizers'], flow?.sanitizers),
    ...listed(['flow', 'guards', 'pass'], flow?.guards.pass),
    ...listed(['flow', 'guards', 'fail'], flow?.guards.fail),
  ]
}

/** The parts of a rule that hold no other rule: one pattern, one kind, one expression each. */
function leavesOf({ field, rule }: Part): readonly Part[] {
  const own = (['pattern', 'kind', 'regex'] as const).flatMap((key): readonly Part[] =>
    rule[key] === undefined ? [] : [{ field: [...field, key], rule: { [key]: rule[key] } }],
  )
  const inner = (['inside', 'has', 'precedes', 'follows', 'not'] as const).flatMap((key) => {
    const nested = rule[key]
    return nested ? leavesOf({ field: [...field, key], rule: nested }) : []
  })
  const stop = typeof rule.stopBy === 'object' ? leavesOf({ field: [...field, 'stopBy'], rule: rule.stopBy }) : []
  const lists = (['all', 'any'] as const).flatMap((key) =>
    (rule[key] ?? []).flatMap((each, index) => leavesOf({ field: [...field, key, index], rule: each })),
  )
  return [...own, ...inner, ...stop, ...lists]
}

function problemsOfLeaf(
  leaf: Part,
  rule: ScanRule,
  language: CodeLanguage,
  parser: CodeParser,
): readonly RuleProblem[] {
  const refused = refusal(leaf, rule, language, parser)
  return refused.length > 0 ? refused : brokenPattern(leaf, language, parser)
}

function refusal(part: Part, rule: ScanRule, language: CodeLanguage, parser: CodeParser): readonly RuleProblem[] {
  try {
    // An expression alone is none for the parser, and constraints and named rules are looked at for themselves.
    const tried = part.rule.regex !== undefined && part.field.at(-1) === 'regex' ? withAnyNode(part.rule) : part.rule
    const isWhole = part.field.length === 1
    const config = isWhole
      ? { rule: tried, constraints: rule.constraints, utils: rule.utils }
      : { rule: tried, utils: rule.utils }
    parser.parse(language.grammar, '').findAll(toNapi(config, { syntax: syntaxOf(language).id, isAscii: false }))
    return []
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    const message = `${language.name} cannot use it: ${lastWords(words)}`
    return [{ field: part.field, message, severity: 'error' }]
  }
}

const withAnyNode = (rule: AstRule): AstRule => ({ pattern: '$ANY', ...rule })

/** The parser tells a chain of causes, of which the last says what is wrong. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^\s*\|->\s*/, '').trim())
    .filter(Boolean)
  const cause = lines.findLast((line) => !/^(error: )?(regex parse error|\^+)/.test(line)) ?? text
  return cause.replace(/\.$/, '')
}

/** Languages in which a text with metavariables can be told from one that is no code. */
const checkable: readonly SyntaxId[] = ['javascript', 'python', 'java', 'go']

/** A pattern that does not parse is taken all the same, and matches nothing. */
function brokenPattern(
  { field, rule: { pattern } }: Part,
  language: CodeLanguage,
  parser: CodeParser,
): readonly RuleProblem[] {
  if (pattern === undefined || !checkable.includes(syntaxOf(language).id)) return []
  const { rule } = toNapi({ rule: { pattern } }, { syntax: syntaxOf(language).id, isAscii: false }) as { rule: AstRule } // the pattern in the form that it is used in
  const text = typeof rule.pattern === 'object' ? rule.pattern.context : (rule.pattern ?? '')
  if (/^\$[A-Z_0-9]+$/.test(text)) return []
  const code = text.replace(/\$\$\$[A-Z_0-9]*/g, 'x0').replace(/\$([A-Z_][A-Z0-9_]*)/g, 'x1')
  const root = parser.parse(language.grammar, code)
  if (root.find({ rule: { kind: 'ERROR' } }) === null) return []
  const message = `The pattern does not parse as ${language.name}, so that it is likely to match nothing`
  return [{ field, message, severity: 'warning' }]
}
