import type { Action, ThreadItem } from '../plugin-api/index.ts'

/** Who answered which question how, in a sentence. */
export function approvalLine(item: ApprovalItem): string {
  const { action, status, decision, by, agent_path } = item
  const about = `${actionLine(action)}${agentsLine(agent_path)}`
  if (status === 'requested') return `${about}: is asked for`
  if (decision === undefined) return `${about}: nobody answered`
  return `${about}: ${decision === 'deny' ? 'denied' : `allowed (${decision}${coveredLine(item)})`}, by ${by ?? 'a person'}`
}

type ApprovalItem = Extract<ThreadItem, { type: 'approval' }>

/** What the yes covers besides the action. */
function coveredLine({ proposal, proposals = [] }: ApprovalItem): string {
  const rules = proposals.find(({ form }) => form === proposal)?.rules ?? []
  return rules.length === 0 ? '' : `: ${rules.flatMap(({ matches }) => matches).join(', ')}`
}

/** What the reviewing agent judges, and how, in a sentence. */
export function reviewLine({
  action,
  agent_path,
  status,
  risk,
  risk_line,
  reason,
}: Extract<ThreadItem, { type: 'review' }>): string {
  const words = [
    status.replace('_', ' '),
    ...(risk === undefined ? [] : [`risk ${risk} of at most ${risk_line}`]),
    ...(reason === undefined ? [] : [reason]),
  ]
  return `${actionLine(action)}${agentsLine(agent_path)}: ${words.join(', ')}`
}

/** The thread's own agent is shown elsewhere. */
function agentsLine(path: readonly string[]): string {
  return path.length > 1 ? ` (${path.join(' > ')})` : ''
}

function actionLine(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return `run ${action.script}`
    case 'input':
      return `type ${action.text}`
    case 'network':
      return `${action.method} ${action.host}:${action.port}`
    case 'write':
      return `${action.change} ${action.path}`
    case 'read':
    case 'read_tree':
      return `read ${action.path}`
    case 'permission':
      return `${action.of} ${action.subject}`
    case 'tool':
      return `use ${action.tool}`
    case 'delegate':
      return `hand work to ${action.agent}`
  }
}
