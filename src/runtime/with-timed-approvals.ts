import type { ThreadRequest } from '../plugin-api/kernel-client.ts'
import { replyOf } from '../security/approvals/approver.ts'
import type { TurnTrace } from '../thread/turn-trace.ts'

/** A request whose questions to the person are told in the trace of its turn. */
export function withTimedApprovals(request: ThreadRequest, trace: TurnTrace): ThreadRequest {
  const { approve } = request
  if (!approve) return request
  return {
    ...request,
    async approve(question, signal) {
      const span = trace.begin()
      const about = { kind: 'approval' as const, action: question.action.kind }
      try {
        const answer = await approve(question, signal)
        const { decision } = replyOf(answer)
        trace.add(span.end({ ...about, answer: decision }, decision === 'deny' ? 'denied' : undefined))
        return answer
      } catch (error) {
        trace.add(span.end(about, 'interrupted'))
        throw error
      }
    },
  }
}
