import type { PolicyRule } from '../plugin-api/index.ts'
import { matchesPattern } from './matches-pattern.ts'
import { joinWords, splitWords } from './split-words.ts'

export interface FailedExample {
  readonly field: 'match' | 'not_match'
  readonly position: number
  readonly message: string
}

type Examples = Pick<PolicyRule, 'match' | 'not_match'>

/** The examples of a rule that are no command lines. */
export function unreadableExamples(rule: Examples): readonly FailedExample[] {
  return fields.flatMap((field) =>
    rule[field].flatMap((example, position): FailedExample[] =>
      (splitWords(example) ?? []).length > 0
        ? []
        : [{ field, position, message: `the example \`${example}\` is no command line` }],
    ),
  )
}

/** The examples of a rule that its pattern does not bear out, word for word: the leading words of a command, alternatives where a list stands. */
export function untrueExamples(rule: Pick<PolicyRule, 'pattern'> & Examples): readonly FailedExample[] {
  const unread = unreadableExamples(rule)
  if (unread.length > 0) return unread
  return fields.flatMap((field) =>
    rule[field].flatMap((example, position): FailedExample[] => {
      const words = splitWords(example) ?? []
      if (matchesPattern(rule.pattern, words) === (field === 'match')) return []
      const rejected =
        field === 'match'
          ? `expected every example to match at least one rule: \`${joinWords(words)}\` does not`
          : `expected example to not match rule: \`${joinWords(words)}\` does`
      return [{ field, position, message: rejected }]
    }),
  )
}

const fields = ['match', 'not_match'] as const
