import { type Action, type Decision, isCodexError, type ThreadItemBody } from '../plugin-api/index.ts'
import { permissionText } from '../security/gate/resolve-action.ts'

/** What a refusal says: a decision of the gate, or a hook's. */
export type Denial = Pick<Decision, 'action' | 'reason' | 'layer' | 'rule' | 'file' | 'line' | 'justification' | 'hint'>

export function denialItem(denial: Denial): ThreadItemBody {
  const { action, reason, layer, rule, file, line, justification, hint } = denial
  return {
    type: 'denial',
    action,
    reason,
    layer,
    rule,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(justification !== undefined && { justification }),
    ...(hint !== undefined && { hint }),
  }
}

/** For the model: what was refused, why, and what it may do instead. */
export function denialText(denial: Denial): string {
  const { layer, rule, file, line } = denial
  const place = file === undefined ? '' : `, ${file}${line === undefined ? '' : `:${line}`}`
  return [
    `Denied: ${describeAction(denial.action)}. Nothing was done.`,
    `Reason: ${denial.reason} (${layer}: ${rule}${place})`,
    `Instead: ${denial.hint ?? 'go on without it, or tell the user what you need and why. The same call will be denied again.'}`,
  ].join('\n')
}

/** The decision that a thrown error stands for; undefined for any other error. */
export function decisionOf(error: unknown): Decision | undefined {
  if (!isCodexError(error) || error.code !== 'permission.denied') return undefined
  return isDecision(error.cause) ? error.cause : undefined
}

function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'action' in value && 'rule' in value
}

function describeAction(action: Action): string {
  switch (action.kind) {
    case 'read':
      return `reading ${action.path}`
    case 'read_tree':
      return `reading the files below ${action.path}`
    case 'write':
      return `${{ create: 'creating', update: 'changing', delete: 'deleting' }[action.change]} ${action.path}`
    case 'exec':
      return `running \`${action.script}\` in ${action.cwd}`
    case 'input':
      return `typing to the running command ${action.session}`
    case 'network':
      return `${action.method} to ${action.host}:${action.port}`
    case 'permission':
      return `the permission to ${permissionText(action)}`
    case 'tool':
      return `the tool ${action.tool}`
    case 'delegate':
      return `delegating to the agent ${action.agent}`
  }
}
