import type {
  AgentDefinition,
  HistoryItem,
  ModelInfo,
  ModelRequest,
  Provider,
  ProviderContext,
  ThreadEvent,
  ThreadItemBody,
  ToolCallItem,
  ToolCallOutputItem,
  ToolSpec,
  TraceContext,
  Usage,
} from '../plugin-api/index.ts'
import type { ItemLedger, ToolStreamEvent } from '../tools/index.ts'
import type { TurnInbox } from './turn-inbox.ts'
import type { TurnTrace } from './turn-trace.ts'
import type { LoopLimits } from './watch-loops.ts'

/** A model that can be asked: who has it, and how it is asked. */
export interface ConnectedModel {
  readonly provider: Provider
  readonly context: ProviderContext
  readonly model: string
  /** What is known of it. */
  readonly modelInfo: ModelInfo
  readonly reasoning?: ModelRequest['reasoning']
  readonly verbosity?: string
  /** True where the model understands freeform tools. */
  readonly freeformTools: boolean
}

/** A model that takes over where the one before gives up; connected only then. */
export interface FallbackModel {
  /** As the configuration says it. */
  readonly name: string
  /** @throws CodexError `provider.*`, `plugin.module` where it cannot be asked */
  connect(signal: AbortSignal): Promise<ConnectedModel>
}

/** Who answers: one model until it asks for no more tools. */
export interface TurnStage extends ConnectedModel {
  /** A preparing stage gathers tool results for the next one; what it says itself is dropped. */
  readonly preparing: boolean
  /** In order; absent: the turn fails with the provider. */
  readonly fallbacks?: readonly FallbackModel[]
}

/** What a thread may use of models: counted after each request, asked before each. */
export interface TurnBudget {
  /** @throws CodexError `budget.*` where something is spent */
  assertRoom(): Promise<void>
  /** @throws CodexError `budget.unpriced` where a bound in money cannot be held with this model */
  assertPriced(model: ConnectedModel): void
  /** Counts a request. @throws CodexError `budget.record`, `home.unwritable` */
  spend(usage: Usage, model: ConnectedModel): Promise<void>
  /** Budgets that are nearly spent, also by other threads, and models whose answers cannot be counted; each is told once. */
  warnings(): readonly ThreadItemBody[]
}

/** What a person said who wants a thread to be shorter. */
export interface AskedCompaction {
  /** As it was typed: `/compact the parser`. */
  readonly said: string
  /** What the summary is to keep in particular; empty: nothing was said. */
  readonly focus: string
}

/** What one turn is made of. */
export interface Turn {
  readonly threadId: string
  readonly turnId: string
  /** Where it runs, an absolute path. */
  readonly cwd: string
  /** Everything before this turn, the base prompt included. */
  readonly history: readonly HistoryItem[]
  /** What this turn adds: instructions that are new, and the user's message. */
  readonly input: readonly HistoryItem[]
  readonly stages: readonly TurnStage[]
  readonly task: ModelRequest['task']
  readonly agent?: AgentDefinition
  readonly outputSchema?: ModelRequest['outputSchema']
  /** As in a request. */
  readonly serviceTier?: ModelRequest['serviceTier']
  /** As in a request; none for a request without tools. */
  readonly webSearch?: ModelRequest['webSearch']
  /** Show what the model thought, where the provider says it, in place of its summary. Default false. */
  readonly showRawReasoning?: boolean
  /** Model requests that the turn may make; absent: no bound. */
  readonly maxIterations?: number
  /** When equal rounds are a loop; absent: never. */
  readonly loopLimits?: LoopLimits
  /** Tokens from which on a history is summarised before it is sent; absent: nine tenths of the model's window. */
  readonly compactAtTokens?: number
  /** What a history is summarised with; absent: the built-in prompt. */
  readonly compactPrompt?: string
  /** Present: the turn summarises the history, and asks nothing else. */
  readonly compaction?: AskedCompaction
  /** Tokens of the last request before this turn, its answer included; absent: not known. */
  readonly lastTokensBefore?: number
  /** Tokens of the thread's earlier turns. */
  readonly usageBefore: Usage
}

/** What a turn calls, and how it is shown. */
export interface TurnTools {
  /** What the next request names: a call may have found more. */
  specs(freeform: boolean): Promise<readonly ToolSpec[]>
  /** True where the call may run beside others of its response. */
  isParallel(call: ToolCallItem): Promise<boolean>
  /** @param trace what the call hands on to what it starts; absent: nothing */
  dispatch(
    call: ToolCallItem,
    trace: TraceContext | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ToolStreamEvent, ToolCallOutputItem>
  /** Items of commands that ended behind the calls; asked once, before the turn ends. */
  ended(): Iterable<ToolStreamEvent>
}

/** What a person adds to a turn that runs. */
export interface TurnMessages {
  readonly inbox: TurnInbox
  /** Asks the hooks of prompts. @throws the abort reason */
  check(
    text: string,
    signal: AbortSignal,
  ): Promise<{ readonly refusal?: string | undefined; readonly contexts: readonly string[] }>
}

/** Asks whether a turn may end; gives why it must not, for the model. */
export type MayStop = (
  turn: {
    readonly lastMessage: string
    /** True where the turn went on before because of an answer. */
    readonly isContinued: boolean
  },
  signal: AbortSignal,
) => Promise<string | undefined>

/** What a turn needs of others. */
export interface TurnDeps {
  readonly tools: TurnTools
  readonly ledger: ItemLedger
  /** Absent: no bound. */
  readonly budget?: TurnBudget
  /** Before each request to a model. Absent: nobody minds. @throws what ends the turn */
  readonly mayAsk?: () => void
  /** Tokens that were used for the turn besides, since it was last asked. Undefined: none. Absent: nobody uses any. */
  readonly usedBesides?: () => Usage | undefined
  /** Absent: nobody can add anything. */
  readonly messages?: TurnMessages
  /**
   * What other agents said since it was last asked, as the history has it. `isLast`: the turn ends unless there is something that is to make
   * it go on. Absent: nobody says anything.
   */
  readonly heard?: (how: { readonly isLast: boolean }) => readonly HistoryItem[]
  /** Items that come from elsewhere than the turn, asked once before it ends, however it ends. Absent: there are none. */
  readonly lastItems?: () => AsyncIterable<ThreadEvent>
  /** Absent: it ends when it has nothing more to do. */
  readonly mayStop?: MayStop
  /** What is wrong with the last message, path by path; none: it fits the output schema. Absent: any message will do. */
  readonly checkOutput?: (text: string) => readonly string[]
  /** Absent: nobody is told how long things take. */
  readonly trace?: TurnTrace
}
