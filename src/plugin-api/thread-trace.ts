import type { Usage } from './events.ts'
import type { ThreadSummary } from './thread-library.ts'

/** A piece of a turn's work, and what was done in it. */
export interface TracedPiece {
  /** What it was; `note`: a moment, such as a refusal or a change of the model. */
  readonly kind: 'request' | 'tool_call' | 'approval' | 'compaction' | 'note'
  /** For people: the model, the tool, what was asked about, what happened. */
  readonly name: string
  /** When it began: RFC 3339, UTC. */
  readonly started: string
  /** How long it took. Absent: it has not ended, or its end is not known. */
  readonly durationMs?: number
  /** False: worked out from the times of the record's lines, which are those of ends. */
  readonly isMeasured: boolean
  /** A code of the table of errors, `interrupted`, `denied` or `failed`. Absent: it did what was asked. */
  readonly error?: string
  /** Of a request. */
  readonly provider?: string
  /** Of a request: its tokens. */
  readonly usage?: Usage
  /** Of a request: until the first word of the answer. */
  readonly firstOutputMs?: number
  /** Of a request: how often it was tried again. */
  readonly retries?: number
  /** Of a request: US dollars, where the price is known. */
  readonly cost?: number
  /** In a trace that is sent: 16 hexadecimal digits. */
  readonly spanId?: string
  /** What was done in it, in order of beginning. */
  readonly pieces: readonly TracedPiece[]
  /** Of a tool call: threads that it handed work to. */
  readonly threads: readonly ThreadTrace[]
}

/** One turn, by time. */
export interface TracedTurn {
  /** Of the turn; absent in records that do not say it. */
  readonly id?: string
  /** When it began: RFC 3339, UTC. */
  readonly started: string
  /** How long it took; for one that is open, until its last line. */
  readonly durationMs: number
  /** How it ended; `open`: it is running, or its program was ended. */
  readonly status: 'completed' | 'failed' | 'interrupted' | 'open'
  /** Why it failed. */
  readonly error?: string
  /** What was asked. */
  readonly prompt: string
  /** The model, where one is named. */
  readonly model?: string
  /** Its provider. */
  readonly provider?: string
  /** Id of the agent, where there is one. */
  readonly agent?: string
  /** Tokens of its requests. */
  readonly usage: Usage
  /** US dollars, where all prices are known. */
  readonly cost?: number
  /** The trace that it is a part of: 32 hexadecimal digits. */
  readonly traceId?: string
  /** The span that it belongs under: of who started the program, or of the call that delegated. */
  readonly parentSpanId?: string
  /** In order of beginning. */
  readonly pieces: readonly TracedPiece[]
}

/** A kept thread by time. */
export interface ThreadTrace {
  /** As lists show it. */
  readonly thread: ThreadSummary
  /** Oldest first. */
  readonly turns: readonly TracedTurn[]
  /** Threads that it handed work to, where it is not known in which call. */
  readonly threads: readonly ThreadTrace[]
  /** What is wrong with the record, for people. */
  readonly problems: readonly string[]
}
