import type { Finding } from 'codex-kernel/plugin-api'
import { createFileFacts } from './file-facts.ts'
import { fingerprintFindings } from './fingerprint-findings.ts'
import { javascriptSyntax } from './javascript-syntax.ts'
import type { CodeLanguage } from './language-of.ts'
import { makeFinding } from './make-finding.ts'
import { lowered, matchRule } from './match-rule.ts'
import type { CodeParser } from './open-parser.ts'
import { pythonSyntax } from './python-syntax.ts'
import type { ScanRule } from './scan-rule.ts'
import { readSuppressions } from './suppressions.ts'

export interface SourceText {
  /** As findings name it. */
  readonly file: string
  readonly text: string
  readonly language: CodeLanguage
  readonly isTest: boolean
}

export interface TextScan {
  readonly findings: readonly Finding[]
  /** Findings that a comment with a reason takes out. */
  readonly suppressed: number
  /** Suppressing comments that take out nothing: without a reason, or in a repository that is not trusted. */
  readonly suppressionsIgnored: number
  /** True where some of the text is no code of the language. */
  readonly hasSyntaxErrors: boolean
  /** Rules that the parser refused, with its words. */
  readonly brokenRules: ReadonlyMap<string, string>
}

/** Runs rules over one text. `rules` are those of its language. */
export async function scanText(
  source: SourceText,
  rules: readonly ScanRule[],
  parser: CodeParser,
  options: { readonly suppressions: 'honour' | 'ignore' },
): Promise<TextScan> {
  const fitting = rules.filter((rule) => !rule.mentions || rule.mentions.some((word) => source.text.includes(word)))
  const brokenRules = new Map<string, string>()
  if (fitting.length === 0)
    return { findings: [], suppressed: 0, suppressionsIgnored: 0, hasSyntaxErrors: false, brokenRules }
  const root = await parser.parse(source.language.grammar, source.text)
  const facts = createFileFacts(source.language.family === 'python' ? pythonSyntax : javascriptSyntax, root)
  const found = fitting.flatMap((rule) => {
    if (source.isTest && rule.tests_in === 'skip') return []
    try {
      return matchRule(rule, facts).map((match) => {
        const confidence = source.isTest && rule.tests_in === 'lower' ? lowered(match.confidence) : match.confidence
        return makeFinding(rule, { ...match, confidence }, source.file)
      })
    } catch (error) {
      brokenRules.set(rule.id, error instanceof Error ? error.message : String(error))
      return []
    }
  })
  const suppressions = readSuppressions(source.text)
  const kept =
    options.suppressions === 'ignore'
      ? found
      : found.filter((finding) => !suppressions.covers(finding.rule, finding.range.start.line))
  return {
    findings: fingerprintFindings(withoutRepeats(kept)),
    suppressed: options.suppressions === 'ignore' ? 0 : found.length - kept.length,
    suppressionsIgnored: options.suppressions === 'ignore' ? suppressions.comments : suppressions.unreasoned,
    hasSyntaxErrors: root.find({ rule: { kind: 'ERROR' } }) !== null,
    brokenRules,
  }
}

function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const byPlace = new Map(
    findings.map((finding) => [`${finding.rule} ${JSON.stringify(finding.range.start)}`, finding]),
  )
  return [...byPlace.values()]
}
