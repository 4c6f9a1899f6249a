import { ruleText } from '../../definitions/rule-text.ts'
import { joinWords } from '../../definitions/split-words.ts'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { patternProblems } from '../../plugin-api/rule-text.ts'
import { isOnlyNamed, kindredOf, leadingWords } from './command-kin.ts'
import { runsWhatItIsGiven } from './runs-what-it-is-given.ts'

/** A rule that would allow a command from now on. */
export interface RuleProposal {
  /**
   * - `exact`: all words of the command
   * - `prefix`: its program with the subcommand and the options that come first
   * - `family`: commands of the same kind
   */
  readonly form: 'exact' | 'prefix' | 'family'
  readonly rule: Pick<PolicyRule, 'pattern' | 'decision'>
  /** As `default.rules` would have it. */
  readonly text: string
  /** All that it matches, the command itself first; `…` stands for any further words, or none. */
  readonly matches: readonly string[]
}

const anyWords = '…'

/**
 * The rules that a person may choose from, the narrowest first; none where no rule can mean the command. Its words are as
 * far as they are known, with `…` last where more may follow. A rule is the beginning of commands, so there is none for what runs whatever it
 * is given (a shell, an interpreter, a wrapper): its next words could be any code. Nor is one whose next word says what it does (`make`) proposed
 * by its name alone.
 */
export function proposeRules(words: readonly string[]): readonly RuleProposal[] {
  const isOpen = words.at(-1) === anyWords
  const known = isOpen ? words.slice(0, -1) : words
  if (known.length === 0 || known.some((word) => !word.isWellFormed()) || patternProblems(known).length > 0) return []
  if (isOnlyNamed(known) || runsWhatItIsGiven(known)) return []
  const exact = isOpen ? [] : [proposal('exact', known, words)]
  const prefix = leadingWords(known)
  const forms = [
    ...exact,
    ...(prefix === undefined ? [] : [proposal('prefix', prefix, words)]),
    ...kindredOf(known).map((pattern) => proposal('family', pattern, words)),
  ]
  return forms.filter(
    ({ text, form }, index) =>
      forms.findIndex((other) => other.text === text) === index &&
      forms.findIndex((other) => other.form === form) === index,
  )
}

function proposal(
  form: RuleProposal['form'],
  pattern: readonly (string | readonly string[])[],
  words: readonly string[],
): RuleProposal {
  const rule = {
    pattern: pattern.map((each) => (typeof each === 'string' ? each : [...each])),
    decision: 'allow' as const,
  }
  const [first = '', ...others] = linesOf(rule.pattern)
  const own = shown(words)
  return { form, rule, text: ruleText(rule), matches: [...new Set([own, first, ...others])] }
}

/** Each choice of alternatives, with whatever stands behind it. */
function linesOf(pattern: PolicyRule['pattern']): readonly string[] {
  const choices = pattern.reduce<readonly (readonly string[])[]>(
    (lines, element) => lines.flatMap((line) => [element].flat().map((word) => [...line, word])),
    [[]],
  )
  return choices.map((line) => shown([...line, anyWords]))
}

function shown(words: readonly string[]): string {
  const isOpen = words.at(-1) === anyWords
  return isOpen ? `${joinWords(words.slice(0, -1))} ${anyWords}` : joinWords(words)
}
