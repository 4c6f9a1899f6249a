import type { Finding } from 'codex-kernel/plugin-api'
import { createFileFacts } from './file-facts.ts'
import { isTooDeep } from './is-too-deep.ts'
import type { CodeLanguage } from './language-of.ts'
import { makeFinding } from './make-finding.ts'
import { lowered, matchRule } from './match-rule.ts'
import type { CodeParser, SgNode } from './open-parser.ts'
import { mayMatch } from './required-texts.ts'
import type { ScanRule } from './scan-rule.ts'
import { readSuppressions, type SuppressingComment } from './suppressions.ts'
import { syntaxOf } from './syntax-of.ts'

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
}

/**
 * Runs rules over one text. `rules` are those of its language; `started` is told before each.
 * @throws Error where the text cannot be scanned safely
 */
export function scanText(
  source: SourceText,
  rules: readonly ScanRule[],
  parser: CodeParser,
  started: (rule: ScanRule) => void = () => {},
): TextScan {
  const comments = readSuppressions(source.text)
  const has = wordsIn(source.text)
  const fitting = rules.filter((rule) => !(source.isTest && rule.tests_in === 'skip') && mayMatch(rule, has))
  if (fitting.length === 0) return { findings: [], comments, brokenRules: [] }
  const root = parser.parse(source.language.grammar, source.text)
  if (isTooDeep(root)) throw new Error('its code is nested too deeply')
  const errors = root.findAll({ rule: { kind: 'ERROR' } })
  const facts = createFileFacts(syntaxOf(source.language), root, source.text)
  const brokenRules: [string, string][] = []
  const findings = fitting.flatMap((rule): Finding[] => {
    started(rule)
    try {
      return matchRule(rule, facts).map((match) => {
        const isDoubtful = (source.isTest && rule.tests_in === 'lower') || isInside(match.node, errors)
        return makeFinding(rule, isDoubtful ? { ...match, confidence: lowered(match.confidence) } : match)
      })
    } catch (error) {
      brokenRules.push([rule.id, error instanceof Error ? error.message : String(error)])
      return []
    }
  })
  const [firstError] = errors
  return {
    findings: withoutRepeats(findings),
    comments,
    ...(firstError ? { syntaxErrorLine: firstError.range().start.line + 1 } : {}),
    brokenRules,
  }
}

/** Each word is looked for once, whatever number of rules asks for it. */
function wordsIn(text: string): (word: string) => boolean {
  const known = new Map<string, boolean>()
  return (word) => {
    const found = known.get(word) ?? text.includes(word)
    known.set(word, found)
    return found
  }
}

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
