import type { PolicyDefinition, PolicyRule } from '../plugin-api/index.ts'
import { patternText } from './pattern-text.ts'

const strictness = ['allow', 'prompt', 'forbidden'] as const satisfies readonly PolicyRule['decision'][]

/** A rule that can never decide anything. */
export interface UnreachableRule {
  readonly index: number
  readonly message: string
}

/**
 * The rules of a policy that another one of it always outdoes: it matches every command that they match, and is at least as strict. Of two equal rules the
 * second is named.
 */
export function unreachableRules({ rules, ruleLines }: PolicyDefinition): readonly UnreachableRule[] {
  return rules.flatMap((rule, index): UnreachableRule[] => {
    const by = rules.findIndex(
      (other, at) => at !== index && outdoes(other, rule) && (at < index || !outdoes(rule, other)),
    )
    const winner = rules[by]
    if (!winner) return []
    const words = patternText(winner.pattern)
    const message = `This rule never decides: the one of line ${ruleLines[by] ?? 1} says "${winner.decision}" for every \`${words}\``
    return [{ index, message }]
  })
}

function outdoes(other: PolicyRule, rule: PolicyRule): boolean {
  if (strictness.indexOf(other.decision) < strictness.indexOf(rule.decision)) return false
  return other.pattern.every((element, index) => {
    const word = rule.pattern[index]
    return word !== undefined && wordsOf(word).every((each) => wordsOf(element).includes(each))
  })
}

function wordsOf(element: PolicyRule['pattern'][number]): readonly string[] {
  return typeof element === 'string' ? [element] : element
}
