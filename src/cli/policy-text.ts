import { joinWords } from '../definitions/split-words.ts'
import { formatLocation } from '../plugin-api/diagnostic.ts'
import { terminalLine } from '../plugin-api/terminal-text.ts'
import type { ApplyingRule, ScriptExplanation } from '../security/exec-policy/explain-script.ts'
import type { RuleSuggestion, RuleSuggestions } from '../security/exec-policy/suggest-rules.ts'

/** What an answer comes to, for people. */
const meanings: Readonly<Record<ScriptExplanation['answer'], string>> = {
  safe: 'it runs without a question',
  match: 'it runs without a question',
  unverified: 'no rule knows it: it runs in the sandbox, and is asked about under untrusted',
  prompt: 'it is asked about, and denied where nobody can be asked',
  forbidden: 'it is denied',
}

/** Of rules that could be meant by something unknown there may be many. */
const mostRules = 6

/** An explanation for people: the answer, then each command with its rules. */
export function scriptExplanationText(explained: ScriptExplanation): string {
  const { answer, writes, unsure, commands } = explained
  const person = explained.reviewer === 'human' ? ', by a person' : ''
  return [
    `${answer}: ${meanings[answer]}${person}`,
    `decided by: ${ruleLine(explained)}`,
    ...(writes.length > 0 ? [`writes: ${writes.join(', ')} (where the profile allows it)`] : []),
    ...unsure.map((why) => `not known: ${why}`),
    ...commands.flatMap((command) => ['', ...commandLines(command)]),
  ]
    .map(terminalLine)
    .join('\n')
}

function commandLines(command: ScriptExplanation['commands'][number]): readonly string[] {
  const { words, answer, rule, rules, proposals, reads, writes, unknown, reviewer } = command
  const more = rules.length - mostRules
  const decided = rules.filter(({ decides }) => decides)
  const others = rules.filter(({ decides }) => !decides)
  return [
    `${shownWords(words)}  ${answer}${reviewer === 'human' ? ', by a person' : ''}`,
    ...(rules.length === 0 ? [`  ${rule}`] : []),
    ...[...decided, ...others].slice(0, mostRules).map(applyingLine),
    ...(more > 0 ? [`  and ${more} more rules`] : []),
    ...(unknown === undefined ? [] : [`  not known: ${unknown}`]),
    ...(reads.length > 0 ? [`  reads ${reads.join(', ')}`] : []),
    ...(writes.length > 0 ? [`  writes ${writes.join(', ')}`] : []),
    ...(proposals.length > 0 ? ['  A rule of your own would allow it:'] : []),
    ...proposals.flatMap(({ form, text, matches }) => [
      `    ${form.padEnd(6)}  ${text}`,
      `            matches ${preview(matches)}`,
    ]),
  ]
}

/** The command itself comes first, and is meant by one of the others. */
function preview(matches: readonly string[]): string {
  return (matches.length > 1 ? matches.slice(1) : matches).join(', ')
}

function applyingLine(rule: ApplyingRule): string {
  return `  ${rule.decides ? '*' : ' '} ${ruleLine(rule)}  [${rule.layer}]`
}

function ruleLine(at: {
  readonly rule: string
  readonly justification?: string
  readonly file?: string
  readonly line?: number
}): string {
  const why = at.justification === undefined ? '' : ` (${at.justification})`
  const place = formatLocation(at)
  return `${at.rule}${why}${place === '' ? '' : `  ${place}`}`
}

function shownWords(words: readonly string[]): string {
  return words.at(-1) === '…' ? [joinWords(words.slice(0, -1)), '…'].filter(Boolean).join(' ') : joinWords(words)
}

/** Suggestions for people: each rule as it is written, what it would have saved, and what else it would match. */
export function suggestionsText({
  questions,
  saved,
  suggestions,
  left,
  file,
}: RuleSuggestions & { readonly file: string }): string {
  if (questions === 0) return 'The audit log holds no question about a command that would be asked again.'
  if (suggestions.length === 0) return `${count(questions, 'question')}, and no rule that would have saved one.`
  return [
    `${count(questions, 'question')} in the audit log; these rules together save ${saved}. To take one, add its line to ${file}.`,
    ...suggestions.flatMap((suggestion) => ['', ...suggestionLines(suggestion)]),
    ...(left > 0 ? ['', `${left} more: --limit ${suggestions.length + left}`] : []),
  ]
    .map(terminalLine)
    .join('\n')
}

function suggestionLines({
  text,
  saves,
  helps,
  unanswered,
  scripts,
  matches,
  alsoMatches,
}: RuleSuggestion): readonly string[] {
  const together = helps === 0 ? '' : `, and ${helps} together with another rule`
  const nobody = unanswered === 0 ? '' : `, ${unanswered} of them denied since nobody could be asked`
  return [
    text,
    `  saves ${count(saves, 'question')}${together}${nobody}: ${some(scripts)}`,
    `  matches ${preview(matches)}`,
    `  also in the log: ${alsoMatches.length === 0 ? 'nothing else' : some(alsoMatches)}`,
  ]
}

const mostScripts = 5

function some(scripts: readonly string[]): string {
  const more = scripts.length - mostScripts
  return [...scripts.slice(0, mostScripts), ...(more > 0 ? [`and ${more} more`] : [])].join(' | ')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
