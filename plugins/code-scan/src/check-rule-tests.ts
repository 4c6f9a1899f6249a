import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import type { CodeParser } from './open-parser.ts'
import type { ScanRule } from './scan-rule.ts'
import { scanText, type TextScan } from './scan-text.ts'

/** One example of a rule's `tests` that does not behave as the rule says. */
export interface RuleTestFailure {
  readonly rule: string
  readonly example: 'hit' | 'miss'
  /** Place in the list, from 1. */
  readonly place: number
  readonly language: string
  readonly problem: string
}

/** Runs the examples that a rule carries, each in every language of the rule unless it names one. */
export function checkRuleTests(rule: ScanRule, parser: CodeParser): readonly RuleTestFailure[] {
  const failures: RuleTestFailure[] = []
  for (const kind of ['hit', 'miss'] as const) {
    for (const [index, example] of rule.tests[kind].entries()) {
      const code = typeof example === 'string' ? example : example.code
      const languages = typeof example === 'string' ? [rule.language].flat() : [example.language]
      for (const name of languages) {
        const language = exampleLanguage(name)
        const scan = scanText(
          { text: code, language, isTest: rule.tests_in === 'only' },
          rulesByLanguage([rule]),
          parser,
        )
        const places = scan.findings.map((finding) => `${finding.range.start.line}: ${finding.snippet}`)
        const problem = problemOf(kind, places, scan.syntaxErrorLine !== undefined, scan.brokenRules)
        if (problem) failures.push({ rule: rule.id, example: kind, place: index + 1, language: name, problem })
      }
    }
  }
  return failures
}

function problemOf(
  kind: 'hit' | 'miss',
  places: readonly string[],
  hasSyntaxErrors: boolean,
  broken: TextScan['brokenRules'],
): string | undefined {
  if (broken.length > 0) return `the rule does not run: ${broken.map(([, words]) => words).join('; ')}`
  if (hasSyntaxErrors) return 'the example is no code of the language'
  if (kind === 'hit' && places.length === 0) return 'nothing is found'
  if (kind === 'miss' && places.length > 0) return `found on line ${places.join(', line ')}`
  return undefined
}
