import { type CommandAnswer, checkReading } from './check-script.ts'
import { type ExecPolicy, withUserRule } from './exec-policy.ts'
import { proposeRules, type RuleProposal } from './propose-rules.ts'
import { type ScriptReading, saysAll } from './script-reading.ts'

/** A command of a script that no rule allows yet, and the rules that would. */
export interface SavingRules {
  readonly words: CommandAnswer['words']
  /**
   * The narrowest first; empty where a rule would not be enough, as of what is forbidden or not known, and where the line is only guessed at:
   * `x` of `npx x` is a package, and of `tool exec x` it may be anything.
   */
  readonly proposals: readonly RuleProposal[]
}

/** For each command of a script that is asked about, or that no rule knows: the rules which, as the user's own, would allow it. */
export function savingRules(reading: ScriptReading, policy: ExecPolicy): readonly SavingRules[] {
  const open = checkReading(reading, policy).commands.filter(
    ({ answer }) => answer === 'prompt' || answer === 'unverified',
  )
  const byWords = new Map(open.map(({ words }) => [JSON.stringify(words), words]))
  return [...byWords.values()].map((words) => ({
    words,
    proposals: saysAll(reading)
      ? proposeRules(words).filter(({ rule }) => isAllowed(words, reading, withUserRule(policy, rule.pattern)))
      : [],
  }))
}

function isAllowed(words: readonly string[], reading: ScriptReading, policy: ExecPolicy): boolean {
  const key = JSON.stringify(words)
  return checkReading(reading, policy)
    .commands.filter((command) => JSON.stringify(command.words) === key)
    .every(({ answer }) => answer === 'match' || answer === 'safe')
}
