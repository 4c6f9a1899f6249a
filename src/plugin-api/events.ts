import { z } from 'zod'
import type { Grant } from './approval.ts'
import type { HistoryItem } from './history.ts'
import type { Immutable } from './immutable.ts'
import type { ThreadCeiling } from './permissions.ts'
import { threadItemSchema } from './thread-item.ts'
import type { ThreadSpan } from './trace.ts'

const tokens = z.int().nonnegative()

/** Tokens; in events those of the whole thread so far. */
export const usageSchema = z.strictObject({
  input_tokens: tokens.describe('Sent, cached ones included.'),
  cached_input_tokens: tokens.describe('Read from a cache of the provider.'),
  cache_write_input_tokens: tokens.describe('Written to one.'),
  output_tokens: tokens.describe('Received, those of reasoning included.'),
  reasoning_output_tokens: tokens.describe('Of reasoning alone.'),
})
/** Tokens; in events those of the whole thread so far. */
export type Usage = Immutable<z.infer<typeof usageSchema>>

/** Why a turn failed. */
export const turnErrorSchema = z.strictObject({
  message: z.string().describe('For people.'),
  code: z.string().exactOptional().describe('Of the table of errors, where it is known.'),
  hint: z.string().exactOptional().describe('What can be done.'),
})
/** Why a turn failed. */
export type TurnError = Immutable<z.infer<typeof turnErrorSchema>>

/**
 * One line of `codex exec --json`: the vocabulary of Codex, and what is ours. `docs/reference/events.schema.json` is
 * generated from it, and every event of every end-to-end test is checked by it.
 */
export const jsonEventSchema = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('thread.started'), thread_id: z.string().describe('Id to resume by.') })
    .describe('First event.'),
  z.strictObject({ type: z.literal('turn.started') }).describe('The turn begins.'),
  z
    .strictObject({
      type: z.enum(['item.started', 'item.updated', 'item.completed']),
      item: threadItemSchema.describe('The whole item, as it is now.'),
    })
    .describe('An item begins, has changed, is done.'),
  z
    .strictObject({ type: z.literal('error'), message: z.string().describe('For people.') })
    .describe('Something went wrong; the turn goes on unless `turn.failed` follows.'),
  z
    .strictObject({
      type: z.literal('turn.completed'),
      usage: usageSchema.describe('Tokens of the whole thread so far.'),
    })
    .describe('Last event of a turn that was carried out.'),
  z
    .strictObject({ type: z.literal('turn.failed'), error: turnErrorSchema.describe('Why.') })
    .describe('Last event of a turn that was not.'),
  z
    .strictObject({ type: z.literal('turn.interrupted'), reason: z.string().describe('For people.') })
    .describe('Last event of a turn that a person or a signal stopped. Ours.'),
])
/** One line of `codex exec --json`. */
export type JsonEvent = Immutable<z.infer<typeof jsonEventSchema>>

/** The events of one type. */
type JsonEventOf<Type extends JsonEvent['type']> = Extract<JsonEvent, { readonly type: Type }>

/**
 * A running thread is one ordered stream of these: what `--json` prints, some of it with more than is printed, and
 * `response_item`, `history.compacted`, `usage`, `span`, `turn.context`, `item.delta` and `call.failed` for the rollout and for
 * live views alone.
 */
export type ThreadEvent =
  | JsonEventOf<'error' | 'turn.failed' | 'turn.interrupted'>
  | JsonEventOf<'item.started' | 'item.updated' | 'item.completed'>
  | (JsonEventOf<'thread.started'> & { readonly meta?: ThreadMeta })
  | (JsonEventOf<'turn.started'> & { readonly turn_id?: string })
  | (JsonEventOf<'turn.completed'> & { readonly last_agent_message?: string })
  | { readonly type: 'turn.context'; readonly context: TurnContext }
  | { readonly type: 'item.delta'; readonly item_id: string; readonly delta: string }
  /** A call that did nothing and that no item stands for: there is no such tool, its arguments do not fit, its patch does not apply. */
  | { readonly type: 'call.failed'; readonly tool: string; readonly message: string }
  | { readonly type: 'response_item'; readonly item: HistoryItem }
  /** From here on the history is this: what was longer has been summarised. */
  | { readonly type: 'history.compacted'; readonly message: string; readonly history: readonly HistoryItem[] }
  /** A request to a model is over: what the thread has used so far, and what this request did; a fork begins with the total alone. */
  | { readonly type: 'usage'; readonly total: Usage; readonly last?: Usage }
  /** A person granted something for the session: a thread that goes on has it again. */
  | { readonly type: 'grant'; readonly grant: Grant }
  /** A request, a tool call, a question or a compaction is over. */
  | { readonly type: 'span'; readonly span: ThreadSpan }

/** Where a thread stands that another one began; a rollout has it in `source`, as that of the real Codex. */
export interface SpawnedThread {
  /** The thread that a person began. */
  readonly session_id: string
  /** 1 for one that it began itself. */
  readonly depth: number
  /** Such as `/root/worker`. */
  readonly agent_path: string
  /** What people call it. */
  readonly agent_nickname: string
  /** Id of its agent. */
  readonly agent_role: string
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
  /** What the thread was started for, as its caller says (`--thread-source`). */
  readonly thread_source?: string
  /** The thread whose history this one began with, where there is one. */
  readonly forked_from_id?: string
  /** The thread that delegated to this one, where there is one. */
  readonly parent_thread_id?: string
  /** Which of the two groups of tools for agents it has. Absent: none. */
  readonly multi_agent_version?: 'v1' | 'v2'
  /** Its place among the agents of a run. Absent: a person began it. */
  readonly spawned?: SpawnedThread
  /** What bounds a thread that another one delegated to or that worked for a task, and forks of it; null where a fork could not know it. */
  readonly ceiling?: ThreadCeiling | null
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
  /** The trace that the turn is a part of, 32 hexadecimal digits. */
  readonly trace_id?: string
  /** The span of the turn itself, 16 hexadecimal digits. */
  readonly span_id?: string
  /** The span that the turn belongs under: of who started the program, or of the call that delegated. Absent: none. */
  readonly parent_span_id?: string
  /** False where who started the program does not record its trace. Absent: it is recorded. */
  readonly trace_sampled?: boolean
}

/** When a person is asked: for whatever is not known to be safe, where the permissions say so, or never (it is denied). */
export type ApprovalPolicy = 'untrusted' | 'on-request' | 'never'
