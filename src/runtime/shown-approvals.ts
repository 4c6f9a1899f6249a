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
  const { id, thread, agentPath, action, reason, layer, rule, decisions } = request
  const commands = request.commands.map((command) => ({
    ...{ id: command.id, words: [...command.words], asked: command.isAsked, reason: command.reason },
    rule: command.rule,
    ...placeOf(command),
  }))
  const proposals = request.proposals.map(({ form, decisions, rules }) => ({
    ...{ form, decisions: [...decisions] },
    rules: rules.map((rule) => ({ ...rule, matches: [...rule.matches] })),
  }))
  return {
    type: 'approval',
    ...{ request_id: id, thread_id: thread, agent_path: [...agentPath], action, reason, layer, rule },
    ...placeOf(request),
    ...(commands.length > 0 && { commands }),
    decisions: [...decisions],
    ...(proposals.length > 0 && { proposals }),
    status,
    ...(reply && { decision: reply.decision, by: reply.by }),
    ...(reply?.proposal !== undefined && { proposal: reply.proposal }),
    ...(reply?.reviewId !== undefined && { review_id: reply.reviewId }),
  }
}

function placeOf({ file, line }: Pick<ApprovalRequest, 'file' | 'line'>) {
  return { ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
}
