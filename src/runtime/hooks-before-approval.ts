import type { HookRunner } from '../kernel/run-hooks.ts'
import type { ApproverLink } from '../security/approvals/approver.ts'

/**
 * The hooks of `PermissionRequest`, asked before anybody else: one that denies (or fails) spares the question. What a hook allows is asked
 * all the same, since only a person lifts a question.
 */
export function hooksBeforeApproval(
  hooks: HookRunner,
  place: { readonly threadId: string; readonly cwd: string },
): ApproverLink {
  return async ({ action, reason }, signal) => {
    const answer = await hooks.run('PermissionRequest', { ...place, action, reason }, signal)
    if (answer.decision !== 'deny') return undefined
    const { reason: why = 'no reason is given', deniedBy } = answer
    return { decision: 'deny', by: 'hook', reason: deniedBy === undefined ? why : `${why} (hook of ${deniedBy.name})` }
  }
}
