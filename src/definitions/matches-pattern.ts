import type { PolicyRule } from '../plugin-api/index.ts'

/** Whether a command starts with the words of a rule, word for word: an alternative where the pattern has a list. */
export function matchesPattern(pattern: PolicyRule['pattern'], words: readonly string[]): boolean {
  return pattern.every((element, index) => {
    const word = words[index]
    return word !== undefined && (typeof element === 'string' ? element === word : element.includes(word))
  })
}

/** Those of some commands that a rule matches, in their order. */
export function matchesOf<Command extends readonly string[]>(
  { pattern }: Pick<PolicyRule, 'pattern'>,
  commands: readonly Command[],
): readonly Command[] {
  return commands.filter((words) => matchesPattern(pattern, words))
}
