import type { ApprovalReply, ApprovalRequest, ThreadItemBody } from '../plugin-api/index.ts'
import type { Approver } from '../security/approvals/approver.ts'
import type { ItemsBesides } from '../tools/items-besides.ts'

/** The same, whose questions and answers are items of the stream that `items` come up in. */
export function withShownApprovals(approve: Approver, { show }: Pick<ItemsBesides, 'show'>): Approver {
  return async (request, signal) => {
    const key = `open:approval:${request.id}`
    show(key, approvalItem(request, 'requested'), false)
    let reply: ApprovalReply | undefined
    try {
      reply = await approve(request, signal)
      return reply
    } finally {
      show(key, approvalItem(request, 'resolved', reply), true)
    }
  }
}

type ApprovalItem = Extract<ThreadItemBody, { type: 'approval' }>

/** What the call would be given (`detail`) is for the person alone. */
function approvalItem(request: ApprovalRequest, status: ApprovalItem['status'], reply?: ApprovalReply): ApprovalItem {
  const { id, thread, agentPath, action, reason, layer, rule, file, line, decisions } = request
  const commands = request.commands.map(({ id, words, isAsked, reason }) => ({
    id,
    words: [...words],
    asked: isAsked,
    reason,
  }))
  return {
    type: 'approval',
    ...{ request_id: id, thread_id: thread, agent_path: [...agentPath], action, reason, layer, rule },
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(commands.length > 0 && { commands }),
    decisions: [...decisions],
    status,
    ...(reply && { decision: reply.decision, by: reply.by }),
    ...(reply?.reviewId !== undefined && { review_id: reply.reviewId }),
  }
}
