import { matchesPattern } from '../../definitions/matches-pattern.ts'
import type { ExecPolicy } from './exec-policy.ts'

/**
 * Whether a forbidden command stands somewhere behind the first word of another, as words or within the text of one: `wrapper touch m`, `-wrapper touch,m`. Such a
 * command is perhaps only a name there: this is for what may be left out.
 */
export function namesForbidden(command: readonly string[], { rules }: ExecPolicy): boolean {
  const words = command.flatMap((word) => word.split(/[^\w./+@:-]+/).filter((part) => part !== ''))
  const rests = words.map((word, at) => [word.slice(word.lastIndexOf('/') + 1), ...words.slice(at + 1)])
  return rules.some(
    ({ rule }) => rule.decision === 'forbidden' && rests.slice(1).some((rest) => matchesPattern(rule.pattern, rest)),
  )
}
