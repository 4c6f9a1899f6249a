import { type Action, type ApprovalReply, type Decision, isCodexError } from '../../plugin-api/index.ts'
import type { AuditLog } from '../audit/open-audit.ts'
import { auditRecordOf } from './audit-record-of.ts'
import type { Verdict } from './verdict.ts'

/** What the gate has come to, before it is recorded. */
export interface Judgement {
  readonly action: Action
  readonly verdict: Verdict
  readonly outcome: 'allow' | 'deny'
  readonly approvedBy?: 'person' | 'agent' | 'grant'
  /** Which question was answered, and by which review. Absent: nobody was asked. */
  readonly answered?: Answered
}

/** Which question was answered, and how. */
export type Answered = Pick<Decision, 'requestId' | 'reviewId' | 'reviewStatus' | 'risk' | 'reviewReason'>

/** What a decision says of the answer to a question. */
export function answeredBy({
  requestId,
  reviewId,
  reviewStatus,
  risk,
  reason,
}: ApprovalReply & { readonly requestId: string }): Answered {
  if (reviewId === undefined) return { requestId }
  return {
    ...{ requestId, reviewId },
    ...(reviewStatus !== undefined && { reviewStatus }),
    ...(risk !== undefined && { risk }),
    ...(reason !== undefined && { reviewReason: reason }),
  }
}

/** The record comes first: what cannot be recorded is not allowed. */
export async function recorded(
  judgement: Judgement,
  deps: { readonly threadId: string; readonly audit: Pick<AuditLog, 'append'> },
): Promise<Decision> {
  const decision = decisionOf(judgement)
  try {
    const record = auditRecordOf(decision, judgement.verdict, deps.threadId)
    return { ...decision, auditId: await deps.audit.append(record) }
  } catch (error) {
    if (decision.outcome === 'deny') return decision
    return {
      ...decisionOf({
        action: judgement.action,
        outcome: 'deny',
        verdict: {
          answer: 'deny',
          layer: 'audit',
          rule: 'audit.unwritable',
          reason: `the decision could not be recorded: ${messageOf(error)}`,
          ...(isCodexError(error) && error.hint !== undefined && { hint: error.hint }),
        },
      }),
    }
  }
}

function decisionOf({ action, verdict, outcome, approvedBy, answered }: Judgement): Decision {
  const { layer, rule, reason, file, line, justification, hint } = verdict
  const where = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
  return {
    outcome,
    action,
    layer,
    rule,
    reason,
    ...where,
    ...(justification !== undefined && { justification }),
    ...(hint !== undefined && { hint }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...answered,
    auditId: '',
  }
}

/** The denial that an error inside is. */
export function faultOf(action: Action, error: unknown): Judgement {
  return {
    action,
    outcome: 'deny',
    verdict: {
      answer: 'deny',
      layer: 'gate',
      rule: 'error',
      reason: `it could not be decided: ${messageOf(error)}`,
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
