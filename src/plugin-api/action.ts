/** A side effect that someone wants, before the gate has answered. Paths are absolute; the gate takes their real path. */
export type Action =
  | { readonly kind: 'read'; readonly path: string }
  /** The whole tree below `path`: one decision, one audit record. Denied files inside are left out by the reader. */
  | { readonly kind: 'read_tree'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly change: 'create' | 'update' | 'delete' }
  | { readonly kind: 'exec'; readonly script: string; readonly shell: string; readonly cwd: string }
  | { readonly kind: 'network'; readonly method: string; readonly host: string; readonly port: number }
  | { readonly kind: 'tool'; readonly tool: string }
  | { readonly kind: 'delegate'; readonly agent: string }

/** What the gate answered, and why: `rule` is the text that decided, `layer` who says it. */
export interface Decision {
  /** What holds. */
  readonly outcome: 'allow' | 'deny'
  /** What was decided about; its path is the real one. */
  readonly action: Action
  /** Who says it: a profile, a policy, an agent, the floor. */
  readonly layer: string
  /** The text that decided. */
  readonly rule: string
  /** For people. */
  readonly reason: string
  /** File of the rule, where there is one. */
  readonly file?: string
  /** Its line. */
  readonly line?: number
  /** What can be done. */
  readonly hint?: string
  /** How an `ask` was settled; absent where nothing had to be asked. */
  readonly approvedBy?: 'person' | 'agent' | 'grant'
  /** Id of the audit record of the decision; the outcome is recorded under the same. */
  readonly auditId: string
}

/** How an allowed action ended, for the audit log. */
export interface ActionOutcome {
  /** How it ended. */
  readonly status: 'done' | 'failed' | 'interrupted'
  /** Short and without content: an exit code, a number of bytes, an error code. */
  readonly detail?: string
}

/** A question to the person (or the reviewing agent) before an action that may be asked for. */
export interface ApprovalRequest {
  /** What someone wants to do. */
  readonly action: Action
  /** Why it has to be asked. */
  readonly reason: string
  /** Who wants it asked. */
  readonly layer: string
}
/** For how long an action is allowed, or that it is not. */
export type ApprovalAnswer = 'once' | 'turn' | 'session' | 'always' | 'deny'
