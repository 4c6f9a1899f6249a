import type { ApprovalAnswer, ApprovalRequest, ThreadRequest } from '../plugin-api/index.ts'
import { type ApproverLink, replyOf } from '../security/approvals/approver.ts'
import type { TurnTrace } from '../thread/turn-trace.ts'

/** Who answers the questions of a thread, each where there is one. */
export interface Answerers {
  readonly approve?: NonNullable<ThreadRequest['approve']>
  readonly reviewer?: ApproverLink
}

/** The same, whose answers are told in the trace of the turn. */
export function withTimedApprovals(
  { approve, reviewer }: { readonly approve: ThreadRequest['approve']; readonly reviewer: ApproverLink | undefined },
  trace: TurnTrace,
): Answerers {
  return { ...(approve && { approve: timed(approve, trace) }), ...(reviewer && { reviewer: timed(reviewer, trace) }) }
}

/** What leaves a question to another takes no time of its own. */
function timed<Answer extends ApprovalAnswer | undefined>(
  answerer: (question: ApprovalRequest, signal: AbortSignal) => Promise<Answer>,
  trace: TurnTrace,
) {
  return async (question: ApprovalRequest, signal: AbortSignal): Promise<Answer> => {
    const span = trace.begin()
    const about = { kind: 'approval' as const, action: question.action.kind }
    try {
      const answer = await answerer(question, signal)
      if (answer === undefined) return answer
      const { decision } = replyOf(answer)
      trace.add(span.end({ ...about, answer: decision }, decision === 'deny' ? 'denied' : undefined))
      return answer
    } catch (error) {
      trace.add(span.end(about, 'interrupted'))
      throw error
    }
  }
}
