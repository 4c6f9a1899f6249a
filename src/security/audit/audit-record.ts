import type { Action } from '../../plugin-api/index.ts'

/** What is written of a decision, before the action starts, and of its outcome, afterwards. */
export type AuditRecord =
  | {
      readonly type: 'decision'
      readonly thread: string
      readonly outcome: 'allow' | 'deny'
      readonly action: Action
      readonly layer: string
      readonly rule: string
      readonly reason: string
      readonly file?: string
      readonly line?: number
      readonly approvedBy?: 'person' | 'agent' | 'grant'
    }
  | {
      readonly type: 'outcome'
      readonly thread: string
      /** Id of the decision's record. */
      readonly of: string
      readonly status: 'done' | 'failed' | 'interrupted'
      readonly detail?: string
    }
