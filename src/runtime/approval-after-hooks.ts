import type { HookRunner } from '../kernel/run-hooks.ts'
import type { ApprovalAnswer, ApprovalRequest } from '../plugin-api/action.ts'

export type Approve = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>

/**
 * Asks the hooks of `PermissionRequest` before the person: one that denies (or fails) spares the question. What a hook
 * allows is asked all the same, since only a person lifts a question.
 */
export function approvalAfterHooks(
  approve: Approve,
  hooks: HookRunner,
  place: { readonly threadId: string; readonly cwd: string },
): Approve {
  return async (request, signal) => {
    const { action, reason } = request
    const answer = await hooks.run('PermissionRequest', { ...place, action, reason }, signal)
    return answer.decision === 'deny' ? 'deny' : await approve(request, signal)
  }
}
