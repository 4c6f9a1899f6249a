import { randomUUID } from 'node:crypto'
import type {
  Action,
  ApprovalCommand,
  ApprovalDecision,
  ApprovalReply,
  ApprovalRequest,
} from '../../plugin-api/index.ts'
import type { AuditActor } from '../audit/audit-record.ts'
import { openingWords } from '../gate/exec-verdict.ts'
import type { Verdict } from '../gate/verdict.ts'
import { type JudgedCommand, judgeCommands } from './approval-commands.ts'
import { type Offer, type OfferDeps, offersFor } from './offers-for.ts'

export interface Asking {
  readonly action: Action
  /** What has to be asked, and who says so. */
  readonly verdict: Verdict
  /** For the person alone. */
  readonly detail: string | undefined
}

export interface AskingDeps extends OfferDeps {
  readonly threadId: string
  readonly actor: Pick<AuditActor, 'turn' | 'agentPath'>
}

/** A question, and what each answer to it would grant. */
export interface PreparedQuestion {
  readonly request: ApprovalRequest
  readonly offers: readonly Offer[]
}

/** The question about an action: who asks, why, each command with its own reason, and what may be answered. */
export async function approvalRequest(
  { action, verdict, detail }: Asking,
  deps: AskingDeps,
): Promise<PreparedQuestion> {
  const id = randomUUID()
  const script = action.kind === 'exec' ? await judgeCommands(id, action, deps) : undefined
  const judged = script?.judged ?? []
  const { layer, rule, reason, file, line, reviewer } = verdict
  const offers = reviewer === 'agent' ? [] : await offersFor(action, script, deps)
  const { turn, agentPath = [] } = deps.actor
  const request: ApprovalRequest = {
    id,
    thread: deps.threadId,
    ...(turn !== undefined && { turn }),
    agentPath,
    action,
    reason: reasonOf(reason, action, judged),
    layer,
    rule,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(reviewer !== undefined && { reviewer }),
    commands: judged.map(({ shown }) => shown),
    decisions: reviewer === 'agent' ? ['once', 'deny'] : decisionsFor(action, offers),
    proposals: offers.map(({ proposal }) => proposal),
    ...(detail !== undefined && { detail }),
  }
  return { request, offers }
}

/** Of several commands each is named: whoever says yes says it to all of them. */
function reasonOf(reason: string, action: Action, judged: readonly JudgedCommand[]): string {
  const asked = judged.flatMap(({ shown }) => (shown.isAsked ? shown : []))
  if (asked.length < 2) return reason
  const opens = action.kind === 'exec' && action.opens ? openingWords(action.opens) : ''
  return `${asked.map(reasonOfCommand).join('; ')}${opens}`
}

function reasonOfCommand({ words, reason }: ApprovalCommand): string {
  return `${words.join(' ')}: ${reason}`
}

/** A permission is for what comes after the answer, so the shortest that it can hold is the turn. */
function decisionsFor(action: Action, offers: readonly Offer[]): readonly ApprovalDecision[] {
  const canLast = offers.some(({ proposal }) => proposal.decisions.includes('always'))
  return [
    ...(action.kind === 'permission' ? [] : ['once' as const]),
    'turn',
    'session',
    ...(canLast ? ['always' as const] : []),
    'deny',
  ]
}

/** What a yes grants besides the action; undefined for one that was not offered. */
export function grantsOf(
  { request, offers }: PreparedQuestion,
  { decision, proposal }: Pick<ApprovalReply, 'decision' | 'proposal'>,
): Pick<Offer, 'grants' | 'lasting'> | 'nothing' | undefined {
  const { action, decisions } = request
  const isPermission = action.kind === 'permission'
  const lasting = decision === 'once' && isPermission ? 'turn' : decision
  if (lasting === 'deny' || !decisions.includes(lasting)) return undefined
  if (lasting === 'once') return 'nothing'
  if (proposal !== undefined) {
    return offers.find(({ proposal: { form, decisions } }) => form === proposal && decisions.includes(lasting))
  }
  return lasting === 'always' ? undefined : { grants: [{ type: 'action', action }], lasting: [] }
}
