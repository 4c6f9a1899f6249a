import { checkReading, type PolicyAnswer } from './check-script.ts'
import { type ExecPolicy, withUserRule } from './exec-policy.ts'
import { namesForbidden } from './names-forbidden.ts'
import type { RuleProposal } from './propose-rules.ts'
import { readScript } from './read-script.ts'
import { savingRules } from './saving-rules.ts'
import type { ScriptReading } from './script-reading.ts'

/** A script that somebody wanted to run, as the audit log has it. */
export interface RecordedScript {
  readonly script: string
  /**
   * - `allowed`, `refused`: somebody was asked, and said so
   * - `unanswered`: it was denied, since nobody could be asked
   * - `unasked`: it had not to be asked about
   */
  readonly was: 'allowed' | 'refused' | 'unanswered' | 'unasked'
}

/** A rule that would have saved questions. */
export interface RuleSuggestion extends Pick<RuleProposal, 'form' | 'rule' | 'text' | 'matches'> {
  /** Recorded questions that it alone would have answered. */
  readonly saves: number
  /** Those that it would have answered together with other rules: each asks for more than one command. */
  readonly helps: number
  /** Those of both that nobody was there for. */
  readonly unanswered: number
  /** Their scripts, each once, the most frequent first. */
  readonly scripts: readonly string[]
  /** Commands of the log that it would allow besides, without having been asked about. */
  readonly alsoMatches: readonly string[]
}

export interface RuleSuggestions {
  /** Recorded questions that would be asked again under today's rules. */
  readonly questions: number
  /** How many of them all suggestions together would answer. */
  readonly saved: number
  /** How many suggestions more there are than were asked for. */
  readonly left: number
  /** Those that save most first; of several that allow the same commands the narrowest. */
  readonly suggestions: readonly RuleSuggestion[]
}

/** What stands in the log in place of a secret or of a name: no rule can mean it. */
const hiddenWord = /\[(?:redacted|USER)\]|^~/

/**
 * Rules of the user's own that would have saved recorded questions, judged by today's rules. One that would allow what somebody refused is
 * never suggested, nor one that would allow a command in whose words a forbidden one stands.
 */
export async function suggestRules(
  recorded: readonly RecordedScript[],
  policy: ExecPolicy,
  limit = Number.POSITIVE_INFINITY,
): Promise<RuleSuggestions> {
  const groups = await readEach(recorded, policy)
  const asked = groups.filter(({ wasAsked, isAsked }) => wasAsked && isAsked)
  const refused = groups.filter(({ refused }) => refused > 0)
  const proposals = new Map<string, RuleProposal>()
  for (const { reading } of asked) {
    for (const each of savingRules(reading, policy).flatMap((saving) => saving.proposals)) {
      if (each.rule.pattern.flat().some((word) => hiddenWord.test(word))) continue
      if (!proposals.has(each.text)) proposals.set(each.text, each)
    }
  }
  const found = [...proposals.values()].flatMap((proposal) => {
    const more: MorePolicy = { rule: proposal.rule, policy: withUserRule(policy, proposal.rule.pattern) }
    if (refused.some((group) => newlyAllowed(group, more).length > 0)) return []
    if (groups.some((group) => newlyAllowed(group, more).some((words) => namesForbidden(words, policy)))) return []
    const helped = asked.filter((group) => newlyAllowed(group, more).length > 0)
    return helped.length === 0 ? [] : [{ proposal, helped, more }]
  })
  const chosen = narrowest(found)
  const savedBy = (more: ExecPolicy, among: readonly ScriptGroup[]) =>
    sum(
      among.filter((group) => !needsAnswer(checkReading(group.reading, more), group)),
      questionsOf,
    )
  const counted = chosen
    .map((each) => ({ ...each, saves: savedBy(each.more.policy, each.helped), about: sum(each.helped, questionsOf) }))
    .sort((a, b) => b.saves - a.saves || b.about - a.about || a.proposal.matches.length - b.proposal.matches.length)
  return {
    questions: sum(asked, questionsOf),
    saved: savedBy(
      chosen.reduce((each, { proposal }) => withUserRule(each, proposal.rule.pattern), policy),
      asked,
    ),
    left: Math.max(0, counted.length - limit),
    suggestions: counted.slice(0, limit).map(({ proposal, helped, more, saves, about }) => ({
      ...proposal,
      saves,
      helps: about - saves,
      unanswered: sum(helped, ({ unanswered }) => unanswered),
      scripts: helped.sort((a, b) => questionsOf(b) - questionsOf(a)).map(({ script }) => script),
      alsoMatches: besides(groups, more),
    })),
  }
}

function besides(groups: readonly ScriptGroup[], more: MorePolicy): readonly string[] {
  const found = groups.filter((group) => !group.wasAsked && newlyAllowed(group, more).length > 0)
  return found.map(({ script }) => script)
}

/** The policy with one more rule. */
interface MorePolicy {
  readonly rule: RuleProposal['rule']
  readonly policy: ExecPolicy
}

/** All records of one script. */
interface ScriptGroup {
  readonly script: string
  readonly reading: ScriptReading
  readonly today: PolicyAnswer
  readonly allowed: number
  readonly refused: number
  readonly unanswered: number
  readonly wasAsked: boolean
  /** Whether it would be asked about again. */
  readonly isAsked: boolean
}

async function readEach(recorded: readonly RecordedScript[], policy: ExecPolicy): Promise<readonly ScriptGroup[]> {
  const byScript = Map.groupBy(recorded, ({ script }) => script)
  return await Promise.all(
    [...byScript].map(async ([script, records]) => {
      const reading = await readScript(script)
      const today = checkReading(reading, policy)
      const count = (was: RecordedScript['was']) => records.filter((each) => each.was === was).length
      const counts = { allowed: count('allowed'), refused: count('refused'), unanswered: count('unanswered') }
      const wasAsked = counts.allowed + counts.unanswered > 0
      return { script, reading, today, ...counts, wasAsked, isAsked: needsAnswer(today, { wasAsked }) }
    }),
  )
}

/** What no rule knows is asked about under some approval policies: where it was, it is. */
function needsAnswer({ answer }: PolicyAnswer, { wasAsked }: { readonly wasAsked: boolean }): boolean {
  return answer === 'prompt' || (answer === 'unverified' && wasAsked)
}

/** The commands of the script that are allowed under `more` and are not today. */
function newlyAllowed({ reading, today }: ScriptGroup, more: MorePolicy): readonly (readonly string[])[] {
  const allowed = ({ commands }: PolicyAnswer) =>
    commands.flatMap(({ answer, words }) => (answer === 'match' ? [words] : []))
  // Reading the rules costs more than seeing that none of the words is meant.
  const isMeant = today.commands.some(({ words }) =>
    more.rule.pattern.every((element, index) => {
      const [word = '', ...names] = [words[index] ?? '', ...[element].flat()]
      return names.some((name) => (index === 0 ? word.endsWith(name) : word === name))
    }),
  )
  if (!isMeant) return []
  const before = new Set(allowed(today).map((words) => JSON.stringify(words)))
  return allowed(checkReading(reading, more.policy)).filter((words) => !before.has(JSON.stringify(words)))
}

function questionsOf({ allowed, unanswered }: ScriptGroup): number {
  return allowed + unanswered
}

interface Found {
  readonly proposal: RuleProposal
  /** Scripts of which it allows a command. */
  readonly helped: ScriptGroup[]
  readonly more: MorePolicy
}

/** Of the rules that allow the same commands of the same scripts the narrowest. */
function narrowest(found: readonly Found[]): readonly Found[] {
  const forms: readonly RuleProposal['form'][] = ['exact', 'prefix', 'family']
  const byCommands = Map.groupBy(found, ({ helped, more }) =>
    JSON.stringify(helped.map((group) => [group.script, newlyAllowed(group, more)])),
  )
  return [...byCommands.values()].flatMap((same) =>
    same.sort((a, b) => forms.indexOf(a.proposal.form) - forms.indexOf(b.proposal.form)).slice(0, 1),
  )
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
