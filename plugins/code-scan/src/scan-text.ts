import type { Finding } from 'codex-kernel/plugin-api'
import { embeddedLanguages, embeddedTexts } from './embedded-texts.ts'
import { createFileFacts } from './file-facts.ts'
import { isTooDeep } from './is-too-deep.ts'
import type { CodeLanguage } from './language-of.ts'
import { looksLike } from './looks-like.ts'
import { makeFinding } from './make-finding.ts'
import { lowered, matchRule } from './match-rule.ts'
import type { TextMeasures } from './measure-text.ts'
import type { CodeParser, SgNode } from './open-parser.ts'
import { type HasWord, mayMatch, wordsIn } from './required-texts.ts'
import type { RuleLanguage, ScanRule } from './scan-rule.ts'
import { readSuppressions, type SuppressingComment } from './suppressions.ts'
import { syntaxOf } from './syntax-of.ts'
import { hideTemplateTags } from './template-tags.ts'
import { withholdFixes } from './withhold-fixes.ts'

export interface SourceText {
  readonly text: string
  readonly language: CodeLanguage
  readonly isTest: boolean
}

/** What a text alone says, whatever its file is called and whether anybody trusts it. */
export interface TextScan {
  /** Without file and fingerprint: see `placeFindings`. */
  readonly findings: readonly Finding[]
  readonly comments: readonly SuppressingComment[]
  /** Line of the first text that is no code of the language; absent where all of it is. */
  readonly syntaxErrorLine?: number
  /** Rules that the parser refused, with its words. */
  readonly brokenRules: readonly (readonly [rule: string, problem: string])[]
  /** Present where it was asked for, and the language has functions. */
  readonly measures?: TextMeasures
}

/** The rules that were chosen for texts of a language. */
export type RulesOf = (language: RuleLanguage) => readonly ScanRule[]

/**
 * Runs rules over one text, and over code of other languages inside it; `started` is told before each.
 * @throws Error where the text cannot be scanned safely
 */
export function scanText(
  source: SourceText,
  rulesOf: RulesOf,
  parser: CodeParser,
  started: (rule: ScanRule) => void = () => {},
): TextScan {
  const { text, language, isTest } = source
  const comments = readSuppressions(text)
  const has = wordsIn(text)
  const fitting = (name: RuleLanguage, hasInCode: HasWord): readonly ScanRule[] =>
    rulesOf(name).filter(
      (rule) => rule.tests_in !== (isTest ? 'skip' : 'only') && mayMatch(rule, hasInCode) && looksLike(rule, text, has),
    )
  const own = fitting(language.name, has).filter((rule) => language.grammar !== 'TypeScript' || !isAboutJsx(rule))
  const inner = embeddedLanguages(language.name).some((name) => rulesOf(name).length > 0)
  if (own.length === 0 && !inner) return { findings: [], comments, brokenRules: [] }
  const code = language.name === 'html' ? hideTemplateTags(text) : text
  const root = parser.parse(language.grammar, code)
  if (isTooDeep(root)) throw new Error('its code is nested too deeply')
  const errors = root.findAll({ rule: { kind: 'ERROR' } })
  const scans = [
    runRules(own, { root, errors, source, has, code }, { parser, started }),
    ...(inner ? embeddedTexts(text, language, root) : []).map((embedded) => {
      const part = parser.parse(embedded.language.grammar, embedded.text)
      const found = part.findAll({ rule: { kind: 'ERROR' } })
      const words = wordsIn(embedded.text)
      return runRules(
        fitting(embedded.language.name, words),
        { root: part, errors: found, source: { ...embedded, isTest }, has: words, code: embedded.text },
        { parser, started },
      )
    }),
  ]
  const [firstError] = errors
  return {
    findings: withoutRepeats(scans.flatMap((scan) => scan.findings)),
    comments,
    ...(firstError ? { syntaxErrorLine: firstError.range().start.line + 1 } : {}),
    brokenRules: scans.flatMap((scan) => scan.brokenRules),
  }
}

interface ParsedText {
  readonly root: SgNode
  /** What is no code of the language. */
  readonly errors: readonly SgNode[]
  readonly source: SourceText
  readonly has: HasWord
  /** What was parsed. */
  readonly code: string
}

function runRules(
  rules: readonly ScanRule[],
  { root, errors, source, has, code }: ParsedText,
  { parser, started }: { readonly parser: CodeParser; readonly started: (rule: ScanRule) => void },
): Pick<TextScan, 'findings' | 'brokenRules'> {
  const facts = createFileFacts(syntaxOf(source.language), root, source.text, has)
  const use = { syntax: facts.syntax.id, isAscii: facts.isAscii }
  const brokenRules: [string, string][] = []
  const findings = rules.flatMap((rule): Finding[] => {
    started(rule)
    try {
      return matchRule(rule, facts).map((match) => {
        const isDoubtful = (source.isTest && rule.tests_in === 'lower') || isInside(match.node, errors)
        return makeFinding(rule, isDoubtful ? { ...match, confidence: lowered(match.confidence) } : match, use)
      })
    } catch (error) {
      brokenRules.push([rule.id, error instanceof Error ? error.message : String(error)])
      return []
    }
  })
  const { language } = source
  return { findings: withholdFixes(findings, { text: code, root, language }, parser), brokenRules }
}

/** Plain TypeScript has no JSX, and its grammar knows no such nodes. */
function isAboutJsx(rule: ScanRule): boolean {
  const known = aboutJsx.get(rule)
  if (known !== undefined) return known
  const found = JSON.stringify([rule.rule, rule.constraints, rule.utils]).includes('"jsx_')
  aboutJsx.set(rule, found)
  return found
}

/** Found out once for each rule. */
const aboutJsx = new WeakMap<ScanRule, boolean>()

function isInside(node: SgNode, outer: readonly SgNode[]): boolean {
  const start = node.range().start.index
  return outer.some((one) => {
    const range = one.range()
    return range.start.index <= start && start < range.end.index
  })
}

function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const byPlace = new Map(
    findings.map((finding) => [`${finding.rule} ${JSON.stringify(finding.range.start)}`, finding]),
  )
  return [...byPlace.values()]
}
