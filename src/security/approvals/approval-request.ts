import { randomUUID } from 'node:crypto'
import type { Action, ApprovalRequest } from '../../plugin-api/index.ts'
import type { AuditActor } from '../audit/audit-record.ts'
import type { Verdict } from '../gate/verdict.ts'

export interface Asking {
  readonly action: Action
  /** What has to be asked, and who says so. */
  readonly verdict: Verdict
  /** For the person alone. */
  readonly detail: string | undefined
}

/** The question about an action: who asks, why, and what may be answered. */
export function approvalRequest(
  { action, verdict, detail }: Asking,
  { threadId, actor }: { readonly threadId: string; readonly actor: Pick<AuditActor, 'turn' | 'agentPath'> },
): ApprovalRequest {
  const { layer, rule, reason, file, line } = verdict
  return {
    id: randomUUID(),
    thread: threadId,
    ...(actor.turn !== undefined && { turn: actor.turn }),
    agentPath: actor.agentPath ?? [],
    action,
    reason,
    layer,
    rule,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    commands: [],
    decisions: ['once', 'turn', 'session', 'always', 'deny'],
    proposals: [],
    ...(detail !== undefined && { detail }),
  }
}
