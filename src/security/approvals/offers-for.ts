import path from 'node:path'
import type { Action, ApprovalProposal, Grant } from '../../plugin-api/index.ts'
import { checkReading } from '../exec-policy/check-script.ts'
import { type CommandPattern, coversCommand } from '../exec-policy/covers-command.ts'
import { type ExecPolicy, withUserRule } from '../exec-policy/exec-policy.ts'
import { proposeRules, type RuleProposal } from '../exec-policy/propose-rules.ts'
import type { ScriptReading } from '../exec-policy/read-script.ts'
import { saysAll } from '../exec-policy/script-reading.ts'
import { commandVerdict } from '../gate/exec-verdict.ts'
import type { NetworkVerdictDeps } from '../gate/network-verdict.ts'
import { policyVerdict } from '../gate/policy-verdict.ts'
import { describeAction, permissionText, subjectPath } from '../gate/resolve-action.ts'
import type { Verdict } from '../gate/verdict.ts'
import type { HostRule } from '../permissions/host-rule.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { CommandJudges, JudgedCommand } from './approval-commands.ts'

/** What a rule that is written down allows: commands that begin so, or requests to a host. */
export type LastingRule =
  | { readonly type: 'command'; readonly pattern: CommandPattern }
  | { readonly type: 'host'; readonly rule: HostRule }

/** What an answer may be good for, as it is shown and as it is granted. */
export interface Offer {
  readonly proposal: ApprovalProposal
  readonly grants: readonly Grant[]
  /** What the rules that `always` writes down cover. */
  readonly lasting: readonly LastingRule[]
}

export interface OfferDeps extends CommandJudges, NetworkVerdictDeps {
  readonly execPolicy: ExecPolicy
  readonly homeDir: string
  /** Whether a rule can be written down for other threads to have. */
  readonly canKeepRules: boolean
  /** What the gate says of an action with real paths. */
  verdictOf(action: Action): Promise<Verdict>
}

type Judged = { readonly reading: ScriptReading; readonly judged: readonly JudgedCommand[] }

/** What a longer yes may be said of besides the action itself, the narrowest first: all of it would have saved this question. */
export async function offersFor(
  action: Action,
  script: Judged | undefined,
  deps: OfferDeps,
): Promise<readonly Offer[]> {
  if (action.kind === 'exec') return script ? commandOffers(action, script, deps) : []
  if (action.kind === 'network') return await (await import('./network-offers.ts')).networkOffers(action, deps)
  const wider = await widerPermission(action, deps)
  if (wider === undefined) return []
  const text = permissionText(wider)
  const rules = [{ rule: text, matches: [describeAction(action), text] }]
  const proposal = { form: 'prefix', decisions: ['turn', 'session'], rules } as const
  return [{ proposal, grants: [{ type: 'action', action: wider }], lasting: [] }]
}

/** All files of a directory, where that may be asked for as well. */
async function widerPermission(
  action: Action,
  { homeDir, verdictOf }: OfferDeps,
): Promise<Extract<Action, { kind: 'permission' }> | undefined> {
  const common = { kind: 'permission', purpose: `to ${describeAction(action)}` } as const
  const wanted = async (permission: Extract<Action, { kind: 'permission' }>) =>
    (await verdictOf(permission)).answer === 'deny' ? undefined : permission
  switch (action.kind) {
    case 'read':
    case 'write': {
      const subject = path.dirname(action.path)
      const isTooMuch = isAtOrBelow(subjectPath(homeDir), subjectPath(subject))
      return isTooMuch ? undefined : await wanted({ ...common, of: action.kind, subject })
    }
    default:
      return undefined
  }
}

/** From the narrowest to the widest. */
const forms = ['exact', 'prefix', 'family'] as const

/**
 * Rules for all commands that are asked about: a rule for one of them alone would leave the question. A command that has none so wide has the
 * widest below it.
 */
function commandOffers(
  action: Extract<Action, { kind: 'exec' }>,
  { reading, judged }: Judged,
  deps: OfferDeps,
): readonly Offer[] {
  const asked = judged.filter(({ shown }) => shown.isAsked)
  const isSettledByRules = asked.length > 0 && saysAll(reading) && action.opens === undefined
  if (!isSettledByRules) return []
  return forms.flatMap((form): Offer | [] => {
    const rules = asked.flatMap((each) => ruleFor(each, form) ?? [])
    if (rules.length < asked.length || rules.every((rule) => rule.form !== form)) return []
    const patterns = rules.map(({ pattern }) => pattern)
    const canLast = deps.canKeepRules && rules.every((rule) => wouldLast(rule, deps))
    return {
      proposal: {
        form,
        decisions: ['turn', 'session', ...(canLast ? ['always' as const] : [])],
        rules: rules.map(({ command: { shown }, text, matches }) => ({ command: shown.id, rule: text, matches })),
      },
      grants: patterns.map((pattern) => ({ type: 'command', pattern })),
      lasting: patterns.map((pattern) => ({ type: 'command', pattern })),
    }
  })
}

interface RuleFor {
  readonly command: JudgedCommand
  readonly form: RuleProposal['form']
  readonly pattern: CommandPattern
  readonly text: string
  readonly matches: readonly string[]
}

/** The widest one up to a form. Undefined where there is none that certainly covers the command. */
function ruleFor(command: JudgedCommand, form: RuleProposal['form']): RuleFor | undefined {
  const narrower = forms.slice(0, forms.indexOf(form) + 1)
  const found = proposeRules(command.shown.words).findLast(
    (proposal) => narrower.includes(proposal.form) && coversCommand(proposal.rule.pattern, command.command),
  )
  return found && { command, form: found.form, pattern: found.rule.pattern, text: found.text, matches: found.matches }
}

/** Whether the rule, written down, would save the question: no other rule and no layer asks all the same. */
function wouldLast({ command: { command }, pattern }: RuleFor, deps: OfferDeps): boolean {
  if (commandVerdict(command, deps.layers)?.answer === 'ask') return false
  const alone = { ...nothingElse, commands: [command] }
  const execPolicy: ExecPolicy = withUserRule(deps.execPolicy, pattern)
  const isMatched = checkReading(alone, execPolicy).answer === 'match'
  return isMatched && policyVerdict(alone, { ...deps, execPolicy }).answer === 'allow'
}

const nothingElse: ScriptReading = {
  commands: [],
  writes: [],
  reads: [],
  unknownWrites: [],
  unsure: [],
  unknownFiles: [],
  changesDirectory: false,
  movesUnseen: false,
}
