import type { Action, ThreadItem } from '../plugin-api/index.ts'

/** Who answered which question how, in a sentence. */
export function approvalLine({
  action,
  status,
  decision,
  by,
  agent_path,
}: Extract<ThreadItem, { type: 'approval' }>): string {
  const about = `${actionLine(action)}${agentsLine(agent_path)}`
  if (status === 'requested') return `${about}: is asked for`
  if (decision === undefined) return `${about}: nobody answered`
  return `${about}: ${decision === 'deny' ? 'denied' : `allowed (${decision})`}, by ${by ?? 'a person'}`
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
