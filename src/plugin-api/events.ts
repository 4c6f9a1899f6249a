import type { Action } from './action.ts'
import type { Finding } from './finding.ts'
import type { HistoryItem } from './history.ts'

/**
 * A running thread is one ordered stream of these. What a client of `codex exec --json` sees keeps the public
 * vocabulary; `response_item`, `history.compacted`, `usage`, `turn.context` and `item.delta` are for the rollout and for live views alone.
 */
export type ThreadEvent =
  | { readonly type: 'thread.started'; readonly thread_id: string; readonly meta?: ThreadMeta }
  | { readonly type: 'turn.started'; readonly turn_id?: string }
  | { readonly type: 'turn.context'; readonly context: TurnContext }
  | { readonly type: 'item.started' | 'item.updated' | 'item.completed'; readonly item: ThreadItem }
  | { readonly type: 'item.delta'; readonly item_id: string; readonly delta: string }
  | { readonly type: 'response_item'; readonly item: HistoryItem }
  /** From here on the history is this: what was longer has been summarised. */
  | { readonly type: 'history.compacted'; readonly message: string; readonly history: readonly HistoryItem[] }
  /** A request to a model is over: what the thread has used so far, and what this request did. */
  | { readonly type: 'usage'; readonly total: Usage; readonly last: Usage }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'turn.completed'; readonly usage: Usage; readonly last_agent_message?: string }
  | { readonly type: 'turn.failed'; readonly error: TurnError }
  /** The person or a signal stopped the turn; ours. */
  | { readonly type: 'turn.interrupted'; readonly reason: string }

/** Why a turn failed. */
export interface TurnError {
  /** For people. */
  readonly message: string
  /** Of the table of errors, where it is known. */
  readonly code?: string
  /** What can be done. */
  readonly hint?: string
}

/** Tokens; in events those of the whole thread so far. */
export interface Usage {
  /** Sent, cached ones included. */
  readonly input_tokens: number
  /** Read from a cache of the provider. */
  readonly cached_input_tokens: number
  /** Written to one. */
  readonly cache_write_input_tokens: number
  /** Received, those of reasoning included. */
  readonly output_tokens: number
  /** Of reasoning alone. */
  readonly reasoning_output_tokens: number
}

/** First line of a rollout. */
export interface ThreadMeta {
  /** Of the thread. */
  readonly id: string
  /** When it began, as ISO 8601 in UTC. */
  readonly timestamp: string
  /** Where it runs, an absolute path. */
  readonly cwd: string
  /** Who started it, such as `codex_exec`. */
  readonly originator: string
  /** Of the program. */
  readonly cli_version: string
  /** The way it was started. */
  readonly source: string
  /** Id of the provider. */
  readonly model_provider: string
  /** Id of the agent, where there is one. */
  readonly agent?: string
}

/** The settings that a turn runs under. */
export interface TurnContext {
  /** Of the turn. */
  readonly turn_id: string
  /** Where it runs, an absolute path. */
  readonly cwd: string
  /** As the provider names it. */
  readonly model: string
  /** Id of the provider. */
  readonly model_provider: string
  /** When a person is asked. */
  readonly approval_policy: ApprovalPolicy
  /** Id of the profile. */
  readonly security_profile: string
  /** Id of the agent, where there is one. */
  readonly agent?: string
}

/** A model and who has it. */
export interface ModelName {
  /** Id of the provider. */
  readonly provider: string
  /** As the provider names it. */
  readonly model: string
}

/** When a person is asked: for whatever is not known to be safe, where the permissions say so, or never (it is denied). */
export type ApprovalPolicy = 'untrusted' | 'on-request' | 'never'

/** An item with its id: `item_0`, `item_1`, … in order of first appearance in the process. */
export type ThreadItem = { readonly id: string } & ThreadItemBody

/** What an item is; its `type` says which. */
export type ThreadItemBody =
  | { readonly type: 'agent_message'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | {
      readonly type: 'command_execution'
      /** Shell-quoted join of argv. */
      readonly command: string
      readonly aggregated_output: string
      readonly exit_code: number | null
      readonly status: 'in_progress' | 'completed' | 'failed'
    }
  | {
      readonly type: 'file_change'
      /** Absolute paths, sorted. A move is `update` at the old path. */
      readonly changes: readonly { readonly path: string; readonly kind: 'add' | 'delete' | 'update' }[]
      readonly status: 'in_progress' | 'completed' | 'failed'
    }
  | {
      readonly type: 'mcp_tool_call'
      readonly server: string
      readonly tool: string
      readonly arguments: unknown
      readonly result: unknown
      readonly error: { readonly message: string } | null
      readonly status: 'in_progress' | 'completed' | 'failed'
    }
  | {
      readonly type: 'todo_list'
      readonly items: readonly { readonly text: string; readonly completed: boolean }[]
    }
  | { readonly type: 'web_search'; readonly query: string; readonly action?: unknown }
  | { readonly type: 'error'; readonly message: string }
  /** Ours: a call of a tool that has no item of its own (read_file, search, code_scan …). */
  | {
      readonly type: 'tool_call'
      readonly tool: string
      readonly arguments: unknown
      /** One line for people, such as `14 files`. */
      readonly summary: string
      readonly status: 'in_progress' | 'completed' | 'failed'
    }
  /** Ours: the gate refused. */
  | {
      readonly type: 'denial'
      readonly action: Action
      readonly reason: string
      readonly layer: string
      readonly rule: string
      readonly file?: string
      readonly line?: number
      readonly hint?: string
    }
  /** Ours: one finding. */
  | { readonly type: 'finding'; readonly finding: Finding }
  /** Ours: which agent took the turn, and why. */
  | {
      readonly type: 'activation'
      readonly agent: string
      /** 0 to 1; absent for an agent that was named. */
      readonly score?: number
      readonly reasons: readonly string[]
      readonly suggestions: readonly { readonly agent: string; readonly score: number }[]
    }
  /** Ours: the history did not fit the model's window, so its older part was replaced by a summary. */
  | {
      readonly type: 'context_compaction'
      /** Items of the history that the summary stands for. */
      readonly replaced_items: number
      readonly summary: string
    }
  /** Ours: a provider gave up, and the next of `fallback` goes on. */
  | {
      readonly type: 'model_switch'
      readonly from: ModelName
      readonly to: ModelName
      readonly reason: string
    }
  /** Ours: four fifths of a budget are used. */
  | {
      readonly type: 'budget_warning'
      /** What the budget is for: `run`, `agent ID` or `day`. */
      readonly scope: string
      /** Tokens, or US dollars. */
      readonly measure: 'tokens' | 'cost'
      readonly used: number
      readonly limit: number
    }
  /** Ours: a fact about the run that is no fault, such as "no language model was used". */
  | { readonly type: 'notice'; readonly message: string }
