import type { Action, ActionOutcome } from '../../plugin-api/index.ts'

/** Who acts, and under what: the same for the records of a turn. */
export interface AuditActor {
  /** Absent for what no turn does, such as asking a server for its models. */
  readonly turn?: string
  /** Ids of the agents from the one that a person started to the one that acts. Absent: none is known yet. */
  readonly agentPath?: readonly string[]
  /** Id of the profile in force. Absent where none was chosen. */
  readonly profile?: string
}

/** What is written of a decision, before the action starts, and of its outcome, afterwards. */
export type AuditRecord =
  | {
      readonly type: 'decision'
      readonly thread: string
      readonly outcome: 'allow' | 'deny'
      readonly action: Action
      /** Of a command: the words of each simple command in it, as far as they are known before it runs; `…` stands for the rest. */
      readonly argv?: readonly (readonly string[])[]
      readonly layer: string
      readonly rule: string
      readonly reason: string
      readonly file?: string
      readonly line?: number
      readonly approvedBy?: 'person' | 'agent' | 'grant'
      /** Id of the question that was asked. Absent: none was. */
      readonly requestId?: string
      /** Id of the review, where the reviewing agent answered. */
      readonly reviewId?: string
      readonly reviewStatus?: 'approved' | 'denied' | 'timed_out' | 'aborted'
      /** The risk that it saw, from 0 to 100. */
      readonly risk?: number
      readonly reviewReason?: string
      /** Id of the sandbox backend that an allowed command runs in, or `none`. */
      readonly backend?: string
      /** Of a denial: what would have been reached, as `host:port`. */
      readonly deniedHosts?: readonly string[]
      /** Of a denial: the real paths that it is about. */
      readonly deniedPaths?: readonly string[]
    }
  | (ActionOutcome & {
      readonly type: 'outcome'
      readonly thread: string
      /** Id of the decision's record. */
      readonly of: string
    })
