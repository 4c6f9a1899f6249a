import type { RuleAttempt } from './rule-attempts.ts'

/** Lines of the tables that are known to lead past a forbid rule. */
const lines: readonly string[] = [
  'eval -- @T',
  'BASH_ALIASES[zz]=@T; shopt -s expand_aliases\nzz',
  'echo @T | source /dev/stdin',
  `capsh -- -c '"$@"' _ @C`,
  'su -c @T',
  'su root -c @T',
  'runuser -c @T',
  "ZZ='!'@T git --config-env=alias.zz=ZZ zz",
  "sed -n '1e '@T a",
]

/** True for what the reading of commands does not see yet. */
export function isKnownHole({ construct = '', wrapper = '' }: RuleAttempt): boolean {
  const isTornEnv = /^env .*bash -c' @T$/.test(wrapper) && construct.startsWith('eval')
  return lines.includes(construct) || lines.includes(wrapper) || isTornEnv
}

/** What of the table of reported ways leads past a forbid rule. */
export const openBypasses: ReadonlySet<string> = new Set([
  'an expansion as a prompt',
  'a setting of git in one variable',
  'ssh that connects by a program',
  'ssh with a local command, joined',
  'an array of aliases',
  'zsh: the path of a program',
  'zsh: a glob that runs',
  'zsh: repeat',
  'zsh: a word before the command',
  'zsh: a flag that evaluates',
])
