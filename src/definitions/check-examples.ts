import type { PolicyRule } from '../plugin-api/index.ts'
import { matchesPattern } from './matches-pattern.ts'
import { joinWords, splitWords } from './split-words.ts'

export interface FailedExample {
  readonly field: 'match' | 'not_match'
  readonly position: number
  readonly message: string
}

/** The examples of a rule that its pattern does not bear out: the leading words of a command, alternatives where a list stands. */
export function checkExamples(rule: Pick<PolicyRule, 'pattern' | 'match' | 'not_match'>): readonly FailedExample[] {
  return (['match', 'not_match'] as const).flatMap((field) =>
    rule[field].flatMap((example, position): FailedExample[] => {
      const words = splitWords(example)
      if (words === undefined || words.length === 0) {
        return [{ field, position, message: `the example \`${example}\` is no command line` }]
      }
      if (matchesPattern(rule.pattern, words) === (field === 'match')) return []
      const rejected =
        field === 'match'
          ? `expected every example to match at least one rule: \`${joinWords(words)}\` does not`
          : `expected example to not match rule: \`${joinWords(words)}\` does`
      return [{ field, position, message: rejected }]
    }),
  )
}
