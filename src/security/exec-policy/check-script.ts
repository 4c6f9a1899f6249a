import { patternText } from '../../definitions/pattern-text.ts'
import { couldMean } from './could-mean.ts'
import { matchesCommand } from './covers-command.ts'
import type { ExecPolicy, PolicyRuleAt } from './exec-policy.ts'
import { certainlyNamed } from './named-program.ts'
import { readScript } from './read-script.ts'
import { rulesAbout } from './rules-about.ts'
import { saysOnly } from './says-only.ts'
import { type ScriptReading, type SimpleCommand, saysAll } from './script-reading.ts'
import { steeringFile } from './steering-file.ts'

/**
 * - `safe`: builtins without effect alone; `match`: rules allow every command
 * - `prompt`, `forbidden`: a rule says so, of a command that is or could be meant
 * - `unverified`: no rule knows it
 */
export interface PolicyAnswer {
  readonly answer: 'safe' | 'match' | 'prompt' | 'forbidden' | 'unverified'
  /** The words of the rule that decided, or why there is none. */
  readonly rule: string
  readonly file?: string
  readonly line?: number
  readonly justification?: string
  /** A rule that asks about it wants a person's answer. */
  readonly reviewer?: 'human'
  /** Files that the script would write, as it names them. */
  readonly writes: readonly string[]
  /** What it may run, each with what is said of it. A wrapper (`env`, `bash -c`) stands here only where a rule is about itself. */
  readonly commands: readonly CommandAnswer[]
  /** Why more may run than the commands say, or something else under their names, or other files may be written. */
  readonly unsure: readonly string[]
  /** A person's own prompt or forbid rule that code could break which is not seen here: a build, a program of the project. */
  readonly couldReach?: RuleAnswer
}

/** What the policy says of one command of a script. */
export interface CommandAnswer extends RuleAnswer {
  /** As far as they are known before it runs; `…` stands for the rest. */
  readonly words: readonly string[]
  /** Files that it would read and write by itself or by its redirections, as the script names them. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** What of it is not known from the text. Absent: nothing. */
  readonly unknown?: string
}

type RuleAnswer = Omit<PolicyAnswer, 'writes' | 'commands' | 'unsure' | 'couldReach'>

/** What the policy says about a shell script: the strictest answer of all that it may run. */
export async function checkScript(script: string, policy: ExecPolicy): Promise<PolicyAnswer> {
  return checkReading(await readScript(script), policy)
}

/** The same for a script that has been read. */
export function checkReading(reading: ScriptReading, policy: ExecPolicy): PolicyAnswer {
  const { onlyOf } = policy
  const close = (answer: RuleAnswer) => (onlyOf ? forbiddenUnruled(answer, onlyOf) : answer)
  const mayLift = saysAll(reading)
  const judged = reading.commands.flatMap((command) => {
    const answer = checkCommand(command, policy, mayLift)
    return command.transparent && answer === nothingRuns ? [] : [{ command, answer: close(answer) }]
  })
  const found = judged.map(({ answer }) => answer)
  const unsure = [...reading.unsure, ...reading.unknownFiles]
  const steering = steeringFile(reading)
  if (steering !== undefined) found.push(close({ answer: 'unverified', rule: `git runs what stands in ${steering}` }))
  if (unsure[0] !== undefined) found.push(close({ answer: 'unverified', rule: unsure[0] }))
  if (reading.commands.length === 0 && reading.writes.length > 0)
    found.push(close({ answer: onlyOf ? 'unverified' : 'match', rule: 'a redirection alone' }))
  const strictest = found.reduce((a, b) => (strictness[b.answer] > strictness[a.answer] ? b : a), nothingRuns)
  // Of what is not allowed by a rule the sandbox says which files it may write.
  const matched = judged.flatMap(({ command, answer }) => (answer.answer === 'match' ? command.writes : []))
  const writes = [...new Set([...reading.writes, ...matched])]
  const isSafe = strictest.answer === 'safe' && writes.length > 0
  const wantsPerson = found.some(({ answer, reviewer }) => answer === 'prompt' && reviewer === 'human')
  const isSeen = judged.every(({ command, answer }) => answer.answer !== 'unverified' || !command.opaque)
  const couldReach = isSeen && steering === undefined && reading.unsure.length === 0 ? undefined : ownDenial(policy)
  return {
    ...strictest,
    ...(wantsPerson && { reviewer: 'human' }),
    ...(isSafe ? { answer: 'match' } : {}),
    ...{ writes, commands: judged.map(commandAnswer), unsure },
    ...(couldReach !== undefined && { couldReach }),
  }
}

/** Code that is not seen can start anything, so that any rule of a person is one that it could reach. */
function ownDenial({ rules }: ExecPolicy): RuleAnswer | undefined {
  const found = rules.find(({ rule, layer }) => rule.decision !== 'allow' && layer !== 'builtin' && layer !== 'plugin')
  return found === undefined ? undefined : answerOf(found, found.rule.decision === 'forbidden' ? 'forbidden' : 'prompt')
}

function commandAnswer(judged: { readonly command: SimpleCommand; readonly answer: RuleAnswer }): CommandAnswer {
  const { known, open, words, reads, writes, hidden } = judged.command
  const unknown = open ? words[known.length]?.text : hidden
  const shown = open ? [...known, '…'] : known
  return { ...judged.answer, words: shown, reads, writes, ...(unknown !== undefined && { unknown }) }
}

/** The one file that would have to allow it is named; of several none is the one. */
function forbiddenUnruled(answer: RuleAnswer, [file, ...others]: readonly string[]): RuleAnswer {
  if (answer.answer !== 'unverified') return answer
  const rule = `no rule allows it: ${answer.rule}`
  return { answer: 'forbidden', rule, ...(file !== undefined && others.length === 0 && { file }) }
}

const nothingRuns: RuleAnswer = { answer: 'safe', rule: 'nothing runs' }

const strictness = { safe: 0, match: 1, unverified: 2, prompt: 3, forbidden: 4 } as const

/** Builtins that neither change files nor start programs. */
const quietBuiltins: ReadonlySet<string> = new Set([
  ':',
  'true',
  'false',
  'echo',
  'printf',
  'test',
  '[',
  'cd',
  'pushd',
  'popd',
  'dirs',
  'pwd',
  'exit',
  'return',
  'break',
  'continue',
  'shift',
  'set',
  'local',
  'declare',
  'typeset',
  'readonly',
  'export',
  'unset',
  'let',
  'read',
  'wait',
  'jobs',
  'umask',
  'ulimit',
  'getopts',
  'type',
  'times',
  'trap',
])

function checkCommand(command: SimpleCommand, policy: ExecPolicy, mayLift: boolean): RuleAnswer {
  const rules = rulesAbout(command, policy)
  const allowances = rules.filter(
    ({ rule }) => rule.decision === 'allow' && matchesCommand(rule, command, certainlyNamed(policy.hostExecutables)),
  )
  const denials = rules.filter(
    (at) =>
      at.rule.decision !== 'allow' &&
      couldMean(at.rule.pattern, command) &&
      !(command.contained && command.known.length === 0 && isBuiltinQuestion(at)) &&
      !(isBuiltinQuestion(at) && command.known.length > 0 && saysOnly(command)) &&
      !(at.rule.only_outside && at.rule.decision === 'prompt' && policy.inside?.has(command)) &&
      !(mayLift && isLifted(at, allowances)),
  )
  const denial = denials.find(({ rule }) => rule.decision === 'forbidden') ?? denials[0]
  if (denial !== undefined) {
    const wantsPerson = denials.some(({ rule }) => rule.decision === 'prompt' && rule.reviewer === 'human')
    const found: RuleAnswer = {
      ...answerOf(denial, denial.rule.decision === 'forbidden' ? 'forbidden' : 'prompt'),
      ...(wantsPerson && { reviewer: 'human' }),
    }
    return command.known.length > 0 ? found : { ...found, rule: `${found.rule} (${couldBe})` }
  }
  if (command.transparent) return nothingRuns
  const allowance = allowances.find(({ layer }) => layer === 'user') ?? allowances[0]
  const program = command.known[0]
  const isQuiet = program !== undefined && policy.onlyOf === undefined && quietBuiltins.has(program)
  if (allowance === undefined && !isQuiet) {
    return { answer: 'unverified', rule: program === undefined ? unknownProgram : `no rule for ${program}` }
  }
  if (command.hidden !== undefined)
    return { answer: 'unverified', rule: `no rule says what it does: ${command.hidden}` }
  return allowance === undefined ? { answer: 'safe', rule: `builtin ${program}` } : answerOf(allowance, 'match')
}

/**
 * A question that only this program's own rules ask is answered by a rule of the user's that says at least as much of the command.
 * What the user, a repository or a plugin forbids or asks stands, and so does every question about what is not known.
 */
function isLifted(at: PolicyRuleAt, allowances: readonly PolicyRuleAt[]): boolean {
  if (!isBuiltinQuestion(at)) return false
  const { length } = at.rule.pattern
  return allowances.some((allowed) => allowed.layer === 'user' && allowed.rule.pattern.length >= length)
}

function isBuiltinQuestion({ rule, layer }: PolicyRuleAt): boolean {
  return layer === 'builtin' && rule.decision === 'prompt'
}

const couldBe = 'it could be that: what runs is not known from the text, because of an open quote or a computed name'
const unknownProgram = 'the command is not known before it runs'

function answerOf(found: PolicyRuleAt, answer: PolicyAnswer['answer']): RuleAnswer {
  return {
    answer,
    rule: `${found.rule.decision} ${patternText(found.rule.pattern)}`,
    file: found.file,
    ...(found.line === undefined ? {} : { line: found.line }),
    ...(found.rule.justification === undefined ? {} : { justification: found.rule.justification }),
  }
}
